/** Partners: who sends customers, and where each of them hears of it. */
package io.leadhub.partner;
