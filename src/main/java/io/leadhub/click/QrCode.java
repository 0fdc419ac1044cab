package io.leadhub.click;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.util.HtmlUtils;

/**
 * A link as a QR code for print and for screens, with a name and a code below it. Its error
 * correction is the highest there is (H), so that a logo may lie in its middle.
 */
public final class QrCode {

  private static final Logger log = LoggerFactory.getLogger(QrCode.class);
  private static final AtomicBoolean MISSED_A_FONT = new AtomicBoolean();

  /** White modules around it, as ISO/IEC 18004 asks for. */
  private static final int QUIET = 4;

  private static final byte WHITE = (byte) 0xFF;
  private static final byte BLACK = 0;

  /** Of a module, so that a telephone can tell it from the next. */
  private static final int LEAST_PIXELS = 2;

  /** What is below, of the width. */
  private static final double BAND = 0.22;

  private static final double PRINTED_MILLIMETRES = 60;

  /** Writes name and code into the lower part of a picture. */
  @FunctionalInterface
  interface Lettering {

    /**
     * @return false when it can't, and the picture is better without
     */
    boolean write(BufferedImage picture, int top, String name, String code);
  }

  /** Black modules side by side. */
  private record Run(int x, int y, int length) {}

  private final ByteMatrix modules;
  private final String name;
  private final String code;

  private QrCode(ByteMatrix modules, String name, String code) {
    this.modules = modules;
    this.name = name;
    this.code = code;
  }

  /**
   * @param link ASCII
   * @throws IllegalArgumentException when the link is too long
   */
  public static QrCode of(String link, String name, String code) {
    try {
      ByteMatrix modules = Encoder.encode(link, ErrorCorrectionLevel.H).getMatrix();
      return new QrCode(modules, printable(name), printable(code));
    } catch (WriterException e) {
      throw new IllegalArgumentException("The link is too long for a QR code.", e);
    }
  }

  /**
   * @param size width in pixels; where a module would be less than two of them, as many as it takes
   */
  public byte[] png(int size) {
    return png(size, new Letters());
  }

  byte[] png(int size, Lettering lettering) {
    int across = modules.getWidth() + 2 * QUIET;
    int scale = Math.max(LEAST_PIXELS, size / across);
    int width = Math.max(size, across * scale);
    int height = width + (int) Math.round(width * BAND);
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    byte[] pixels = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    Arrays.fill(pixels, WHITE);
    int edge = (width - modules.getWidth() * scale) / 2;
    for (Run run : runs()) {
      for (int y = edge + run.y * scale; y < edge + (run.y + 1) * scale; y++) {
        int start = y * width + edge + run.x * scale;
        Arrays.fill(pixels, start, start + run.length * scale, BLACK);
      }
    }
    return bytes(
        isWritten(lettering, picture, width) ? picture : picture.getSubimage(0, 0, width, width));
  }

  /** Machines without fonts answer with errors of many kinds. */
  private boolean isWritten(Lettering lettering, BufferedImage picture, int top) {
    String problem = "no font has all its letters";
    try {
      if (lettering.write(picture, top, name, code)) {
        return true;
      }
    } catch (RuntimeException | LinkageError | InternalError e) {
      problem = e.toString();
    }
    if (MISSED_A_FONT.compareAndSet(false, true)) {
      log.warn(
          "QR codes as PNG come without the partner's name ({}): install fontconfig and fonts for its script, such as fonts-dejavu-core and fonts-thai-tlwg.",
          problem);
    }
    return false;
  }

  private static byte[] bytes(BufferedImage picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** For print: 60 mm wide, and sharp at any size. */
  public String svg() {
    double width = modules.getWidth() + 2.0 * QUIET;
    double height = width * (1 + BAND);
    Caption caption = Caption.of(name, width * 0.09, width * 0.05, width * 0.92, QrCode::guess);
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%smm\" height=\"%smm\" viewBox=\"0 0 %s %s\">\n",
            PRINTED_MILLIMETRES, PRINTED_MILLIMETRES * height / width, width, height));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    svg.append("<path shape-rendering=\"crispEdges\" d=\"").append(path()).append("\"/>\n");
    double y = width;
    for (String line : caption.lines()) {
      y += caption.size() * 1.15;
      svg.append(text(width / 2, y, caption.size(), line));
    }
    double small = width * 0.04;
    svg.append(text(width / 2, Math.min(y + small * 1.5, height - small * 0.5), small, code));
    return svg.append("</svg>\n").toString();
  }

  private String path() {
    StringBuilder path = new StringBuilder();
    for (Run run : runs()) {
      path.append(
          "M%d %dh%dv1h-%dz".formatted(run.x + QUIET, run.y + QUIET, run.length, run.length));
    }
    return path.toString();
  }

  /** Each row's black modules, those side by side as one. */
  private List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (int y = 0; y < modules.getHeight(); y++) {
      for (int x = 0; x < modules.getWidth(); x++) {
        int end = x;
        while (end < modules.getWidth() && modules.get(end, y) == 1) {
          end++;
        }
        if (end > x) {
          runs.add(new Run(x, y, end - x));
          x = end;
        }
      }
    }
    return runs;
  }

  private static String text(double x, double y, double size, String words) {
    return format(
            "<text x=\"%s\" y=\"%s\" font-size=\"%s\" font-family=\"sans-serif\" text-anchor=\"middle\">",
            x, y, size)
        + HtmlUtils.htmlEscape(words, "UTF-8")
        + "</text>\n";
  }

  /** Whoever prints it has other fonts than we: a guess on the safe side. */
  private static double guess(String text) {
    return text.codePoints()
        .mapToDouble(
            letter -> {
              int type = Character.getType(letter);
              if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
                return 0;
              }
              boolean isWide = Character.isIdeographic(letter) || letter > 0xFFFF;
              return isWide ? 1.1 : Character.isUpperCase(letter) ? 0.72 : 0.56;
            })
        .sum();
  }

  private static String format(String pattern, Double... numbers) {
    Object[] written = new Object[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      written[i] = String.format(Locale.ROOT, "%.2f", numbers[i]).replaceAll("[.]?0+$", "");
    }
    return pattern.formatted(written);
  }

  /** XML knows no control characters and no halves of letters. */
  private static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .filter(letter -> !Character.isISOControl(letter))
        .filter(letter -> Character.getType(letter) != Character.SURROGATE)
        .filter(letter -> (letter & 0xFFFE) != 0xFFFE)
        .forEach(printable::appendCodePoint);
    return printable.toString().strip();
  }
}
