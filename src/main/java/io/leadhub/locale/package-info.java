/** Where somebody is from and what they read: phone numbers and languages. */
package io.leadhub.locale;
