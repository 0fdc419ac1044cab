/** What a lead is: contacts, messages, and which message opens a lead or joins one. */
package io.leadhub.lead;
