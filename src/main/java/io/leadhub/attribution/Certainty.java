package io.leadhub.attribution;

/** How sure it is that a lead belongs to a partner. */
public enum Certainty {
  SURE,
  SUSPECTED;

  /** As it stands in tables and answers. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
