package io.leadhub.attribution;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Messages that nobody means a code in, made by small grammars: {@code a|b} chooses, {@code <name>}
 * goes on.
 */
final class CodelessMessages {

  private static final Pattern PART = Pattern.compile("<([a-z0-9-]+)>|#");

  /** Rules that begin with a capital are kinds of message; in the others # is a digit. */
  private static final Map<String, String> RULES = new LinkedHashMap<>();

  private static void rule(String name, String... choices) {
    RULES.put(name, String.join("|", choices));
  }

  static {
    rule("hi-en", "Hi", "Hello!", "Good morning,", "hey there", "Dear team,", "Hi 👋", "");
    rule("hi-ru", "Здравствуйте!", "Привет", "Добрый день,", "Доброе утро 🌞", "ПРИВЕТ!", "");
    rule("hi-th", "สวัสดีครับ", "สวัสดีค่ะ", "ดีค่ะ", "ขอโทษนะครับ", "");
    rule("bye-en", "Thanks!", "thank you 🙏", "Cheers, Anna", "Best regards,\nOlga", "ok?", "");
    rule("bye-ru", "Спасибо!", "спасибо 🙏", "С уважением, Анна", "Жду ответа\nМаша", "ок?", "");
    rule("bye-th", "ขอบคุณครับ", "ขอบคุณค่ะ 🙏", "ครับผม", "");
    rule("name", "Anna", "anna", "Olga", "Max", "Ivan", "Marina", "Bob", "Lola", "Sunny", "Tom");
    rule("name-ru", "Анна", "анна", "Маша", "маша", "Иван", "Ольга", "Максим", "Марина");
    rule(
        "model",
        "Honda PCX160",
        "NMAX155",
        "Yamaha XMAX 300",
        "Honda Click 125i",
        "ADV160",
        "Toyota Yaris",
        "Honda CR-V",
        "Mazda CX-5",
        "CX-3",
        "BMW X5",
        "BMW X1",
        "MG ZS",
        "MG5",
        "Mazda 2",
        "Mazda3",
        "Toyota Fortuner 2.8",
        "HR-V 2023",
        "Ford T6",
        "MU-X",
        "Isuzu D-MAX",
        "Forza 350",
        "Vespa S125",
        "Scoopy i",
        "Mercedes C200",
        "Audi A4",
        "Q7",
        "GLE 63 AMG",
        "Tesla Model 3",
        "BYD Atto 3",
        "CB650R",
        "MT-07",
        "R15");
    rule("year", "2018", "2022", "2024", "2025", "2026");
    rule(
        "date",
        "##.##.<year>",
        "##/##",
        "<year>-##-##",
        "1# Nov",
        "2# December",
        "1# января",
        "# марта");
    rule("time", "1#:##", "# pm", "10 AM", "в 1#:00", "##.30", "9 o'clock", "20 น.");
    rule(
        "price",
        "1500฿",
        "####฿",
        "฿####",
        "$##",
        "##€",
        "1,#00 baht",
        "#00 THB",
        "12 000 бат",
        "2026 бат",
        "#### baht",
        "#00 บาท",
        "1.5k");
    rule(
        "phone",
        "+66 8# ### ####",
        "+6681#######",
        "08#-###-####",
        "+7 9## ### ## ##",
        "8 (9##) ###-##-##",
        "0066 76 ######");
    rule(
        "plate",
        "กข ####",
        "#กก ####",
        "А###ВС77",
        "к###тн 178",
        "ขจ-####",
        "B ### XY",
        "XY 12#",
        "XY12#");
    rule("flight", "SU27#", "SU 275", "SU275", "TG 2##", "EK37#", "S7 63##", "FD30##", "QR-840");
    rule(
        "stay",
        "room ###",
        "Room A###",
        "villa ##",
        "комната ###",
        "hotel",
        "Hotel ibis",
        "the hotel 5 stars",
        "отель",
        "отеле",
        "condo B, unit ##/###",
        "ห้อง ###",
        "Hilton",
        "Kata Palm",
        "ibis Kata",
        "вилла № 12",
        "корпус Б-#");
    rule(
        "place",
        "Kata",
        "Karon",
        "Patong",
        "Rawai",
        "Nai Harn",
        "Phuket Town",
        "Кате",
        "Патонге",
        "Раваи",
        "Чалонге",
        "ป่าตอง",
        "ราไวย์",
        "กะตะ",
        "Soi #",
        "airport",
        "аэропорту");
    rule("bit", "# days", "## days", "a week", "2 weeks", "a month", "# nights", "3-5 days");
    rule("bit-ru", "# дня", "## дней", "неделю", "2 недели", "месяц", "3-5 суток", "# ночи");
    rule("bit-th", "# วัน", "##วัน", "1 เดือน", "2 สัปดาห์", "3คืน");
    rule(
        "Rental-en",
        "<hi-en> I need a <model> for <bit> in <place>. <bye-en>",
        "<hi-en> is <model> free from <date> to <date>? <bye-en>",
        "how much is <model> for <bit>, we are in <place>",
        "Looking for a car <year> or newer, <model> or <model>",
        "<hi-en> do you deliver to <stay>, <place>? <bye-en>",
        "can I rent <model> without deposit? I have <price>",
        "2 helmets, 1 phone holder, <model>, <bit>",
        "WE NEED A CAR FOR <bit> IN PHUKET",
        "<model>",
        "<model>?",
        "yes, the <model>, color black");
    rule(
        "Rental-ru",
        "<hi-ru> нужна машина на <bit-ru> в <place>. <bye-ru>",
        "<hi-ru> <model> свободен с <date> по <date>? <bye-ru>",
        "сколько стоит <model> на <bit-ru>?",
        "Хочу <model> <year> года, <bye-ru>",
        "<hi-ru> доставите в <stay>, <place>? <bye-ru>",
        "Нужен байк: <model> или <model>, залог <price>",
        "НУЖНА МАШИНА НА <bit-ru> СРОЧНО",
        "а <model> есть?",
        "мне <model>, пожалуйста, черный");
    rule(
        "Rental-th",
        "<hi-th> เช่ารถ<model> <bit-th> <bye-th>",
        "<hi-th> มี <model> ว่างไหมคะ <date>",
        "ราคาเท่าไหร่ <model> <bit-th>",
        "รับรถที่<place> <time> <bye-th>",
        "อยากเช่า<model>ปี<year>ค่ะ",
        "ร้านดีมากค่ะ <bye-th>",
        "<hi-th> ร้านอยู่ที่ไหน");
    rule(
        "Prices",
        "<price> ok?",
        "скидка <price>?",
        "I paid <price> deposit and <price> rent",
        "<price> за <bit-ru> или <price> за месяц",
        "ราคา <price> ต่อวัน",
        "total <price> + <price>, right",
        "why <price> and not <price>",
        "Цена <price>",
        "##% discount",
        "скидка ##%");
    rule(
        "Dates",
        "<date> <time>",
        "from <date> <time> till <date>",
        "с <date> по <date>, в <time>",
        "<date>",
        "<time>",
        "arrive <date> at <time>",
        "วันที่ <date> เวลา <time>",
        "<year> год",
        "in <year> we come again",
        "мы были в <year> году");
    rule(
        "Phones",
        "<phone>",
        "my number <phone>",
        "мой номер: <phone>",
        "call <name> <phone>",
        "เบอร์ <phone> ครับ",
        "<phone> <name-ru>",
        "WhatsApp <phone>, Line id: <name>##x");
    rule(
        "Plates",
        "номер машины <plate>",
        "the plate is <plate>",
        "ทะเบียน <plate>",
        "<plate> на стоянке у <stay>",
        "car <plate>, <model>",
        "<model> <plate>");
    rule(
        "Flights",
        "flight <flight> at <time>",
        "рейс <flight>, прилёт <date> в <time>",
        "เที่ยวบิน <flight> <time>",
        "we land <time>, <flight>",
        "<flight>",
        "<flight> <date>");
    rule(
        "Addresses",
        "we stay in <stay>, <place>",
        "живём в <stay>, <place>",
        "address: ##/## Moo #, <place>, 8##00",
        "<stay>",
        "พักที่ <stay> <place>",
        "pin: 7.8###, 98.3###",
        "Soi ##, <stay>, near 7-11",
        "улица Ленина ##, кв. ###");
    rule(
        "word", "car", "villa", "Phuket", "hotel1", "blog", "abc", "tour", "anna", "maps", "kata5");
    rule(
        "Links",
        "https://maps.app.goo.gl/<word>#X#",
        "see https://www.<word>.com/<word>?id=###",
        "<word>@mail.com",
        "my mail is <word>##@gmail.com",
        "www.<word>.th",
        "<word>.com/villa-##",
        "https://youtu.be/<word>",
        "https://www.instagram.com/<word>/?utm_source=qr",
        "вот: https://t.me/<word>",
        "https://example.com/?q=<word>&page=#",
        "link https://<word>.ru/car/<word>?from=<word>");
    rule(
        "Orders",
        "order №#####",
        "заказ № #####",
        "booking RB-#####",
        "Booking number 48#####",
        "invoice INV-<year>-0##",
        "ваучер",
        "бронь ######",
        "order <year>-0#-###",
        "ใบจอง #####",
        "passport 7# #######",
        "OTP 48##",
        "Your verification: ##-##-##");
    rule(
        "Chat-en",
        "ok",
        "Ok, thanks",
        "<name> is my wife",
        "my name is <name>",
        "I am <name> from Germany",
        "yes",
        "No problem 😊",
        "see you at <time>",
        "is it with insurance?",
        "Can I pay by card or crypto?",
        "LOL",
        "see you at the <stay>",
        "what is the max speed",
        "We are 2 adults and 3 kids",
        "I'll be back at 5",
        "sunny today ☀️",
        "PLEASE CALL ME BACK ASAP",
        "A B C, easy as 1 2 3",
        "you did it 4 us");
    rule(
        "Chat-ru",
        "ок",
        "да",
        "<name-ru> моя жена",
        "меня зовут <name-ru>",
        "я <name-ru>, мы писали вчера",
        "Нет проблем 😊",
        "до встречи в <time>",
        "страховка входит?",
        "можно картой или наличными?",
        "ахаха",
        "нас 2 взрослых и 3 детей",
        "море сегодня тёплое",
        "тур на острова есть?",
        "ПОЗВОНИТЕ МНЕ",
        "буду через 5 минут",
        "мама, папа и я",
        "сам отель хороший");
    rule(
        "Chat-th",
        "ครับ",
        "โอเคค่ะ",
        "ได้เลยครับ",
        "ขอบคุณมากค่ะ",
        "มี 2 คน",
        "ประกันรวมไหม",
        "จ่ายเงินสดได้ไหม",
        "555",
        "5555",
        "อยู่ภูเก็ตค่ะ",
        "ไปเที่ยวทะเล 3 วัน",
        "ร้านดี อาหารอร่อย");
    rule("kw", "code", "promo code", "promo", "ref", "partner", "coupon", "voucher");
    rule("kw-ru", "код", "промокод", "промо", "купон", "код партнёра");
    rule("kw-th", "รหัส", "โค้ด", "รหัสส่วนลด", "คูปอง");
    rule(
        "tail",
        "please",
        "for the car",
        "and a helmet",
        "yet",
        "here",
        "works?",
        "is missing",
        "expired",
        "hotels",
        "tours",
        "villas",
        "<year> baht",
        "##%",
        "<time>",
        "<model>");
    rule(
        "tail-ru",
        "не знаю",
        "не работает",
        "есть?",
        "потерял",
        "на скидку",
        "дня",
        "отелей",
        "для машины",
        "истёк",
        "какой-то",
        "<year> бат",
        "##%",
        "<model>");
    rule(
        "Keywords-en",
        "<hi-en> do you have a <kw>? <bye-en>",
        "what <kw> do you need",
        "I have no <kw>. <name> told me about you",
        "my <kw> <tail>",
        "the <kw> is <tail>",
        "country code +66, zip code 83100",
        "dress code?",
        "no <kw>, sorry",
        "<kw>?\n<name>",
        "is there a <kw> for <model>",
        "error code 4##");
    rule(
        "Keywords-ru",
        "<hi-ru> у вас есть <kw-ru>? <bye-ru>",
        "какой <kw-ru> нужен",
        "нет кода. <name-ru> посоветовала",
        "мой <kw-ru> <tail-ru>",
        "<kw-ru> <tail-ru>",
        "без кода, <name-ru> прислала",
        "<kw-ru>?\n<name-ru>",
        "код города 076",
        "код от домофона ####",
        "кодекс какой?",
        "пин-код ####");
    rule(
        "Keywords-th",
        "มี<kw-th>ไหมครับ",
        "<kw-th>คืออะไรคะ",
        "ไม่มี<kw-th>ค่ะ <bye-th>",
        "ขอ<kw-th>หน่อยค่ะ",
        "<kw-th>ใช้ไม่ได้",
        "<kw-th>ไปรษณีย์ 83###");
    rule(
        "near",
        "hotels",
        "Hotel",
        "hotel",
        "HOTEL",
        "Hotels 1",
        "blog",
        "Blogs",
        "katas",
        "Patong",
        "PATONG",
        "villas",
        "Villa",
        "samui",
        "Bangkok",
        "surf",
        "dive 4",
        "yoga",
        "tours",
        "sunn",
        "insta",
        "youtube",
        "hoteli",
        "Hotell",
        "моря",
        "отель",
        "ОТЕЛЬ",
        "тур",
        "туры",
        "cafe",
        "Cafe",
        "max",
        "abcd",
        "bob");
    rule(
        "near-place",
        "phuket villas",
        "phuket-villas",
        "Phuket villa",
        "koh samui",
        "Koh Samui",
        "море и тур");
    rule(
        "Near",
        "<near>",
        "<near-place>",
        "we saw <near-place>, <near>",
        "we like <near>",
        "<hi-en> <near> in <place>? <bye-en>",
        "<hi-ru> хочу <near>, <bye-ru>",
        "we saw <near> 2",
        "из <near>",
        "promo <near>?",
        "partner <near>");
    rule(
        "made-up",
        "ZQ##TT",
        "QWERTY##",
        "TRAVEL-###X",
        "ЖЖЖ##",
        "ГОСТЬ-##",
        "VIP##VIP##",
        "FRIEND-OF-MAX");
    rule(
        "Unknown",
        "<kw>: <made-up>",
        "<kw-ru> <made-up>",
        "<kw-th> <made-up>",
        "<made-up>",
        "<hi-en> I come from <made-up>, <model> for <bit>");
  }

  private final Random random;

  CodelessMessages(Random random) {
    this.random = random;
  }

  static List<String> kinds() {
    return RULES.keySet().stream().filter(name -> Character.isUpperCase(name.charAt(0))).toList();
  }

  String next(String kind) {
    String[] choices = RULES.get(kind).split("\\|", -1);
    Matcher parts = PART.matcher(choices[random.nextInt(choices.length)]);
    return parts
        .replaceAll(
            part ->
                Matcher.quoteReplacement(
                    part.group(1) == null
                        ? String.valueOf(random.nextInt(10))
                        : next(part.group(1))))
        .strip();
  }
}
