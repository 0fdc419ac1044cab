package io.leadhub.attribution;

/** What other packages' tests need of codes. */
public final class TestCodes {

  private TestCodes() {}

  public static CodeLint lint() {
    return new CodeLint();
  }

  public static IssuedCodes issued() {
    return new IssuedCodes();
  }
}
