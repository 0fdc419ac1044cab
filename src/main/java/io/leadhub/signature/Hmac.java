package io.leadhub.signature;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A keyed hash with one secret, and the constant-time comparison that its results need. */
public final class Hmac {

  private final SecretKeySpec key;

  private Hmac(String algorithm, byte[] secret) {
    key = new SecretKeySpec(secret, algorithm);
  }

  public static Hmac sha256(byte[] secret) {
    return new Hmac("HmacSHA256", secret);
  }

  /** HMAC-SHA256 for each secret that is set; null and blank ones are left out. */
  public static List<Hmac> sha256(List<String> secrets) {
    return forEach("HmacSHA256", secrets);
  }

  /** HMAC-SHA1 for each secret that is set; null and blank ones are left out. */
  public static List<Hmac> sha1(List<String> secrets) {
    return forEach("HmacSHA1", secrets);
  }

  private static List<Hmac> forEach(String algorithm, List<String> secrets) {
    return secrets.stream()
        .filter(Objects::nonNull)
        .filter(secret -> !secret.isBlank())
        .map(secret -> new Hmac(algorithm, secret.getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  /** Whether a header says {@code sha256=<lowercase hex>} of the body; null never does. */
  public boolean signed(byte[] body, String header) {
    return same("sha256=" + hex(body), header);
  }

  /** In lower case. */
  public String hex(byte[] message) {
    return HexFormat.of().formatHex(of(message));
  }

  public String base64(byte[] message) {
    return Base64.getEncoder().encodeToString(of(message));
  }

  private byte[] of(byte[] message) {
    try {
      Mac mac = Mac.getInstance(key.getAlgorithm());
      mac.init(key);
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java lacks " + key.getAlgorithm(), e);
    }
  }

  /** Compares in a time that tells nothing about where the texts differ; null equals nothing. */
  public static boolean same(String expected, String given) {
    return given != null
        && MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }
}
