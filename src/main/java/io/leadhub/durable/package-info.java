/**
 * The {@code durable:} component: topics kept in MariaDB. What is published survives any crash;
 * each subscriber works through its own deliveries, once each. Knows nothing of leads.
 */
package io.leadhub.durable;
