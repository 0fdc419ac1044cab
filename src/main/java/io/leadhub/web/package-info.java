/**
 * The REST API and health: what the hub tells of itself. Reads tables; changes nothing but
 * partners.
 */
package io.leadhub.web;
