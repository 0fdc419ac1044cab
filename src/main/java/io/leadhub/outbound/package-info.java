/** What all destinations need: clients that can be trusted, and what their answers mean. */
package io.leadhub.outbound;
