package io.leadhub.durable;

/**
 * What became of an event that was published.
 *
 * @param id its id; null for a duplicate and for one that waits in the spool
 * @param duplicate whether its key was seen before on its topic, so that nothing was published
 */
record Publication(Long id, boolean duplicate) {

  static final Publication SPOOLED = new Publication(null, false);

  static Publication committed(Long id) {
    return new Publication(id, id == null);
  }
}
