/** Whose lead it is: partner codes in what customers write. */
package io.leadhub.attribution;
