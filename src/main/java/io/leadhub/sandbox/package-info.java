/**
 * The demo profile: providers without credentials are played by this process, over real HTTP, and
 * what they were sent is shown at {@code /sandbox}. Nothing here exists outside that profile.
 */
package io.leadhub.sandbox;
