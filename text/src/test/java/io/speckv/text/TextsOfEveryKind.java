package io.speckv.text;

import java.util.List;
import java.util.Random;

/** Seeded texts of the kinds that tokenizers stumble over, of any length. */
enum TextsOfEveryKind {
    WORDS("the quick brown fox ", "jumps, over ", "1234567 ", "it's ", "\n\n", "don't ", "Zürich ", "  ", "x=y+1;\n"),
    ONE_LETTER("a"),
    SPACES(" "),
    SPACES_AND_WORDS(" ", "  ", "   ", "a", "\t", " the"),
    LINES("\n", "\r\n", " \n", "\n ", "x\n"),
    DIGITS("0", "1", "27", "345", "9999"),
    FOREIGN_DIGITS("٣", "٤", "1", "२"),
    MARKS("e\u0301", "\u0301", "\u0327", "a\u030a\u0323", "q\u0307"),
    EMOJI("👩‍👩‍👧", "🏳️‍🌈", "👍🏽", "\u200d", "🙂"),
    CHINESE("你好世界", "，", "汉字", "。", "中"),
    HANGUL("한국어", "ㅎㅏㄴ", "\u1112\u1161\u11ab", " "),
    CAPITALS("A", "BC", "ÄÖ", "Ǆ"),
    PUNCTUATION("...", "!?", "-", "==", "_", "/", "\\", "\"'"),
    SCRIPT_MIX("ab", "дом", "ไทย", "עִבְרִית", "हिन्दी", "1", " ", "ア", "ｱ", "ﬁ", "①"),
    BYTES("\0", "\u0001", "\u007f", "\u0085", "\u00a0", "\u2028", "\ufeff", "\ufffd");

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<String> pieces;

    TextsOfEveryKind(String... pieces) {
        this.pieces = List.of(pieces);
    }

    /** Returns a text of about so many chars. */
    String text(int chars, Random random) {
        StringBuilder text = new StringBuilder(chars + 16);
        while (text.length() < chars) {
            text.append(pieces.get(random.nextInt(pieces.size())));
        }
        return text.toString();
    }

    /** Returns stretches of every kind, one after the other. */
    static String mixed(int chars, Random random) {
        StringBuilder text = new StringBuilder(chars + 16);
        while (text.length() < chars) {
            text.append(values()[random.nextInt(values().length)].text(random.nextInt(200), random));
        }
        return text.toString();
    }
}
