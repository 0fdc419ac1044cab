/**
 * Where the hub keeps its rows: a MariaDB it starts itself, or one that {@code HUB_DB_URL} names.
 */
package io.leadhub.database;
