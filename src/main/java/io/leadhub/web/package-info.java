/**
 * The REST API and health: what the hub tells of itself. Reads tables; changes them only through
 * the packages they belong to.
 */
package io.leadhub.web;
