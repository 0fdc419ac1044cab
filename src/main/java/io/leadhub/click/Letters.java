package io.leadhub.click;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;

/** Writes below a QR code with what fonts the machine has. */
final class Letters implements QrCode.Lettering {

  @Override
  public boolean write(BufferedImage picture, int top, String name, String code) {
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 100);
    if (font.canDisplayUpTo(name) >= 0 || font.canDisplayUpTo(code) >= 0) {
      return false;
    }
    int width = picture.getWidth();
    FontRenderContext rendering = new FontRenderContext(null, true, true);
    Caption caption =
        Caption.of(
            name,
            width * 0.09,
            width * 0.05,
            width * 0.92,
            text -> font.getStringBounds(text, rendering).getWidth() / font.getSize());
    Graphics2D pen = picture.createGraphics();
    try {
      pen.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      pen.setColor(Color.BLACK);
      double y = top;
      for (String line : caption.lines()) {
        y += caption.size() * 1.15;
        write(pen, line, font.deriveFont((float) caption.size()), y, width);
      }
      double small = width * 0.04;
      double last = Math.min(y + small * 1.5, picture.getHeight() - small * 0.5);
      write(pen, code, font.deriveFont((float) small), last, width);
    } finally {
      pen.dispose();
    }
    return true;
  }

  private static void write(Graphics2D pen, String line, Font font, double y, int width) {
    pen.setFont(font);
    double start = (width - pen.getFontMetrics().getStringBounds(line, pen).getWidth()) / 2;
    pen.drawString(line, (float) start, (float) y);
  }
}
