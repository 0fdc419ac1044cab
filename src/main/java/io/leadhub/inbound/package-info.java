/**
 * What comes in: who signed a webhook, and the raw event it carries. The order of steps is in
 * {@code routes/in}, the shape of each provider's event in the {@code .jq} files beside it.
 */
package io.leadhub.inbound;
