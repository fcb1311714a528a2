package io.speckv.http.json;

/** Finds what JSON can write and Unicode does not have: half of a surrogate pair. */
public final class UnpairedSurrogate {
    private UnpairedSurrogate() {}

    /** Returns the place of the first one, or -1. */
    public static int in(String text) {
        int at = 0;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                return at;
            }
            at += Character.charCount(point);
        }
        return -1;
    }
}
