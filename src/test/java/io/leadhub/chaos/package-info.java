/**
 * The hub as processes of their own, on a MariaDB of their own, between remotes that misbehave:
 * what is broken here is broken from outside, and a history of what was acknowledged and of what
 * came of it is checked afterwards.
 */
package io.leadhub.chaos;
