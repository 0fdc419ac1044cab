/** The daily report: which days are due, and what a report holds. */
package io.leadhub.report;
