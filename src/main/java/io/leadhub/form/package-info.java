/** The contact form: what a visitor typed becomes a message like any other. */
package io.leadhub.form;
