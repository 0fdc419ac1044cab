package io.leadhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * One thing a pretend provider was sent.
 *
 * @param target the chat, phone or sheet it was for
 * @param text what a person would read
 * @param body the request as JSON
 */
record SandboxCall(
    long id, String provider, Instant at, String target, String text, JsonNode body) {}
