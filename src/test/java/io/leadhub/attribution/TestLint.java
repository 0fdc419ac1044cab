package io.leadhub.attribution;

/** What other packages' tests need of codes. */
public final class TestLint {

  private TestLint() {}

  public static CodeLint lint() {
    return new CodeLint();
  }

  public static IssuedCodes issued() {
    return new IssuedCodes();
  }
}
