package io.speckv.text;

/** The mark with which programs of Windows begin files in UTF-8. It is no part of their text. */
public final class ByteOrderMark {
    private static final String MARK = "\uFEFF";

    private ByteOrderMark() {}

    /** Returns the text behind the mark, or all of it where there is none. */
    public static String without(String text) {
        return text.startsWith(MARK) ? text.substring(MARK.length()) : text;
    }
}
