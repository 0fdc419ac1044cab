package io.leadhub.database;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Files that only their owner may read: the embedded database's password and what contains it. */
final class PasswordFile {

  private static final FileAttribute<?>[] OWNER_ONLY =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
          ? new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
          }
          : new FileAttribute<?>[0];

  private PasswordFile() {}

  /** The password in the file; a new one is made when there is none. */
  static String readOrCreate(Path file) throws IOException {
    String password = Files.exists(file) ? Files.readString(file).trim() : "";
    if (password.isEmpty()) {
      byte[] random = new byte[24];
      new SecureRandom().nextBytes(random);
      password = HexFormat.of().formatHex(random);
      write(file, password + "\n");
    }
    return password;
  }

  /** Replaces the file; nobody else can read it at any moment. */
  static void write(Path file, String content) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(file, OWNER_ONLY);
    Files.writeString(file, content);
  }
}
