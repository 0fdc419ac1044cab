/** What signatures are made of; which bytes are signed is known where they come in or go out. */
package io.leadhub.signature;
