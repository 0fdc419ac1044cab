package io.leadhub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TelegramHtmlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<b>New lead</b> from <i>Phuket</i> | New lead from Phuket",
        "Tom &amp; Jerry &lt;3 | Tom & Jerry <3",
        "<a href=\"https://wa.me/66812345678\">+66 81</a> | +66 81",
        "<blockquote expandable>long</blockquote> | long",
        "<tg-spoiler>a</tg-spoiler> <span class=\"tg-spoiler\">b</span> | a b",
      })
  void theTextIsWhatAPersonReads(String source, String text) {
    assertThat(TelegramHtml.parse(source).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Tom & Jerry | Unescaped \"&\" at byte offset 4",
        "Привет <3 | Unsupported start tag \"\" at byte offset 13",
        "a > b | Unescaped \">\" at byte offset 2",
        "<script>alert(1)</script> | Unsupported start tag \"script\" at byte offset 0",
        "<img src=\"x\"> | Unsupported start tag \"img\" at byte offset 0",
        "<b>open | Can't find end tag corresponding to start tag \"b\"",
        "shut</b> | Unexpected end tag at byte offset 4",
        "<b><i>x</b></i> | Unmatched end tag, expected \"</i>\", found \"</b>\" at byte offset 7",
      })
  void whatTelegramCannotReadIsRefused(String source, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TelegramHtml.parse(source))
        .withMessage(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\"&#106;avascript:alert(1)\">x</a>",
        "<a onclick=\"alert(1)\">x</a>",
        "<a href=\"data:text/html,x\">x</a>",
      })
  void aLinkThatIsAScriptIsNoLink(String source) {
    assertThat(TelegramHtml.parse(source).html()).isEqualTo("<a>x</a>");
  }

  @Test
  void aLinkCannotEscapeItsQuotes() {
    assertThat(TelegramHtml.parse("<a href='https://x/\"onclick=\"alert(1)'>x</a>").html())
        .isEqualTo(
            "<a rel=\"noopener noreferrer\""
                + " href=\"https://x/&quot;onclick=&quot;alert(1)\">x</a>");
  }

  @Test
  void escapedMarkupStaysEscaped() {
    assertThat(TelegramHtml.parse("<b>&lt;script&gt;</b>").html())
        .isEqualTo("<b>&lt;script&gt;</b>");
    assertThat(TelegramHtml.plain("<b>&amp;").html()).isEqualTo("&lt;b&gt;&amp;amp;");
  }

  @Test
  void aHugeMessageIsReadWithoutTrouble() {
    String source = "<b " + "x ".repeat(50_000) + ">" + "<".repeat(50_000);

    assertThatIllegalArgumentException().isThrownBy(() -> TelegramHtml.parse(source));
  }
}
