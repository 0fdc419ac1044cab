/**
 * The whole hub, from a signed webhook to what each remote received: the real application, real
 * HTTP, a real MariaDB; only the remotes are played, by {@link io.leadhub.journey.World}.
 */
package io.leadhub.journey;
