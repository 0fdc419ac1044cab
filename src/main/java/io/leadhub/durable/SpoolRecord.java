package io.leadhub.durable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * An event as the spool's files hold it: a mark, the length, a CRC32C of length and content, and
 * the content. The mark lets a reader find the next record behind a damaged one.
 *
 * @param end where the next record begins
 */
record SpoolRecord(NewEvent event, int begin, int end) {

  private static final int MARK = 0x4C485331; // LHS1: the 1 is the version of this format
  private static final int HEADER = 3 * Integer.BYTES;

  static byte[] encode(NewEvent event) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(content)) {
      out.writeLong(event.publishedAt().getEpochSecond());
      out.writeInt(event.publishedAt().getNano());
      out.writeUTF(event.topic());
      out.writeUTF(event.key());
      writeOptional(out, event.orderingKey());
      writeOptional(out, event.subject());
      out.writeUTF(event.payload().contentType());
      out.writeInt(event.payload().bytes().length);
      out.write(event.payload().bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] bytes = content.toByteArray();
    return ByteBuffer.allocate(HEADER + bytes.length)
        .putInt(MARK)
        .putInt(bytes.length)
        .putInt(checksum(bytes.length, ByteBuffer.wrap(bytes)))
        .put(bytes)
        .array();
  }

  /** The first whole record at or after a position, or null when there is none. */
  static SpoolRecord next(ByteBuffer file, int from) {
    for (int at = from; at <= file.limit() - HEADER; at++) {
      if (file.getInt(at) == MARK) {
        int length = file.getInt(at + Integer.BYTES);
        int begin = at + HEADER;
        if (length > 0
            && length <= file.limit() - begin
            && file.getInt(at + 2 * Integer.BYTES) == checksum(length, file.slice(begin, length))) {
          return new SpoolRecord(decode(file.slice(begin, length)), at, begin + length);
        }
      }
    }
    return null;
  }

  private static int checksum(int length, ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, length));
    crc.update(content);
    return (int) crc.getValue();
  }

  private static NewEvent decode(ByteBuffer content) {
    byte[] bytes = new byte[content.remaining()];
    content.get(bytes);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      Instant publishedAt = Instant.ofEpochSecond(in.readLong(), in.readInt());
      String topic = in.readUTF();
      String key = in.readUTF();
      String orderingKey = readOptional(in);
      String subject = readOptional(in);
      Payload payload = new Payload(in.readUTF(), in.readNBytes(in.readInt()));
      return new NewEvent(topic, key, orderingKey, subject, payload, publishedAt);
    } catch (IOException e) {
      throw new UncheckedIOException("a record whose checksum is right can't be read", e);
    }
  }

  private static void writeOptional(DataOutputStream out, String value) throws IOException {
    out.writeBoolean(value != null);
    if (value != null) {
      out.writeUTF(value);
    }
  }

  private static String readOptional(DataInputStream in) throws IOException {
    return in.readBoolean() ? in.readUTF() : null;
  }
}
