package io.leadhub.attribution;

import io.leadhub.attribution.PartnerDirectory.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.FileSystemResource;

/**
 * How long it takes to look for codes in a message: one thread, 500 partners, messages as customers
 * write them, half of them with a code.
 *
 * <p>java -cp … io.leadhub.attribution.CodeExtraction routes/codes.yaml rounds
 */
final class CodeExtraction {

  private static final int PARTNERS = 500;
  private static final int MESSAGES = 20_000;

  private static final List<String> TEXTS =
      List.of(
          "Здравствуйте! Хочу арендовать скутер Honda PCX160 на неделю с 5 по 12 декабря, отель в Кате. Код: %s",
          "Hello, I'd like to rent a car for 10 days from Phuket airport, flight SU270 at 7:40. My code is %s, thanks!",
          "สวัสดีครับ สนใจเช่ารถ Toyota Yaris 3 วัน รับที่สนามบินภูเก็ต รหัส%sครับ ราคาเท่าไหร่ครับ",
          "Добрый день 🌞 сколько стоит NMAX155 на месяц? Залог 3000฿, мой номер +66 81 234 5678. %s",
          "Hi! Is the BMW X5 free from 12.12 to 20.12? We stay in villa 12, Rawai. %s sent us 🙏🏽",
          "> Код: %s\nДа, это он. Ждём вас в 10:30 у отеля, комната 201",
          "промокод «%s», нужна машина на 5 дней, желательно белая, с доставкой в Патонг и страховкой",
          "Добрый день, у вас есть машины без залога на месяц? Нас двое взрослых и трое детей, прилетаем 5 января в 7 утра",
          "Hello! Do you deliver to Nai Harn, and is it possible to pay by card? We need two helmets and a phone holder",
          "ขอโทษนะครับ มีรถว่างไหมครับ ต้องการเช่า 1 เดือน รับรถที่ป่าตอง จ่ายเงินสดได้ไหมครับ",
          "ok, thank you very much! see you tomorrow at 10 AM near 7-11, Soi 8, my wife Anna will come too",
          "Спасибо большое! А можно продлить ещё на 3 дня? Адрес прежний: вилла № 12, https://maps.app.goo.gl/aB3dE9",
          "Сколько за сутки? 1500 бат дорого, нашли за 1200 в Чалонге, если дадите скидку 10%, то возьмём на 2 недели",
          "Do you have a promo code or a discount for 30 days? Price on the site is 12,500 baht, and is 2026 Yaris in stock?");

  private CodeExtraction() {}

  public static void main(String[] arguments) throws IOException {
    StandardEnvironment environment = new StandardEnvironment();
    Path file = Path.of(arguments[0]);
    new YamlPropertySourceLoader()
        .load("codes", new FileSystemResource(file))
        .forEach(environment.getPropertySources()::addFirst);
    CodeSettings settings = Binder.get(environment).bind("hub.codes", CodeSettings.class).get();
    LookAlikes lookAlikes = new LookAlikes(settings);
    Random random = new Random(1);
    List<Entry> partners = partners(new IssuedCodes(lookAlikes, random));
    CodeExtractor extractor =
        new CodeExtractor(
            () -> partners, lookAlikes, new Keywords(settings, lookAlikes), settings);
    List<String> messages = messages(partners, random);
    int chars = messages.stream().mapToInt(String::length).sum() / MESSAGES;
    double[] micros = new double[Integer.parseInt(arguments[1])];
    int found = round(extractor, messages) + round(extractor, messages) + round(extractor, messages);
    for (int i = 0; i < micros.length; i++) {
      long began = System.nanoTime();
      found = round(extractor, messages);
      micros[i] = (System.nanoTime() - began) / 1e3 / MESSAGES;
    }
    Arrays.sort(micros);
    System.out.printf(
        "Extraction %.1f µs a message of %d chars (median of %d rounds; best %.1f, worst %.1f), %d of %d with a code%n",
        micros[micros.length / 2],
        chars,
        micros.length,
        micros[0],
        micros[micros.length - 1],
        found,
        MESSAGES);
  }

  private static List<Entry> partners(IssuedCodes issued) {
    List<Entry> partners = new ArrayList<>();
    while (partners.size() < PARTNERS) {
      int id = partners.size() + 1;
      String code =
          switch (id % 4) {
            case 0 -> "HOTEL" + id;
            case 1 -> "БЛОГ-" + id;
            default -> issued.next(partners);
          };
      partners.add(new Entry(id, code, "Partner " + id, "en", null));
    }
    return List.copyOf(partners);
  }

  private static List<String> messages(List<Entry> partners, Random random) {
    List<String> messages = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      String code = partners.get(random.nextInt(PARTNERS)).code();
      messages.add(
          TEXTS.get(i % TEXTS.size()).replace("%s", i % 3 == 0 ? code.toLowerCase() : code));
    }
    return messages;
  }

  private static int round(CodeExtractor extractor, List<String> messages) {
    int found = 0;
    for (String message : messages) {
      found += extractor.find(message).isEmpty() ? 0 : 1;
    }
    return found;
  }
}
