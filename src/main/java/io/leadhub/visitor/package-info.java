/** Whoever opens a page of the hub: what their request tells, and the way on to WhatsApp. */
package io.leadhub.visitor;
