/** Answering customers: in which language. */
package io.leadhub.reply;
