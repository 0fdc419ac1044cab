/** What messages cost: facts of the providers, rates, the month's budget. */
package io.leadhub.cost;
