package io.speckv.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds added tokens in text as Hugging Face's tokenizers do: the leftmost match, and the longest of several. A token with
 * strip flags takes in white space around it, unless another token has taken it already.
 */
final class AddedTokenMatcher {
    private final Node root = new Node();

    AddedTokenMatcher(Collection<AddedToken> tokens) {
        for (AddedToken token : tokens) {
            if (!token.content().isEmpty()) {
                Node node = root;
                for (int i = 0; i < token.content().length(); i++) {
                    node = node.add(token.content().charAt(i));
                }
                node.token = token;
            }
        }
    }

    /**
     * A token in a text, or the end of the text.
     *
     * @param token null at the end
     * @param start index of its first char, including white space that it takes in
     * @param end index after its last
     * @param passedOver whether the text before it spells a token that must not be matched there
     */
    record Match(@Nullable AddedToken token, int start, int end, boolean passedOver) {}

    /**
     * Returns the first token that begins at {@code from} or later.
     *
     * @param asText whether a control token's spelling that begins at an index is plain text
     */
    Match next(String text, int from, IntPredicate asText) {
        boolean passedOver = false;
        for (int at = from; at < text.length(); at++) {
            AddedToken token = longestAt(text, at, asText);
            if (token != null) {
                return match(text, from, at, token, passedOver);
            }
            passedOver |= longestAt(text, at, unused -> false, false) != null;
        }
        return new Match(null, text.length(), text.length(), passedOver);
    }

    /** Returns the longest token spelled at an index, ignoring its surroundings; null if there is none. */
    @Nullable
    AddedToken spelledAt(String text, int at) {
        return longestAt(text, at, unused -> false, false);
    }

    private @Nullable AddedToken longestAt(String text, int at, IntPredicate asText) {
        return longestAt(text, at, asText, true);
    }

    private @Nullable AddedToken longestAt(String text, int at, IntPredicate asText, boolean wordsAlone) {
        Node node = root.next(text.charAt(at));
        AddedToken longest = null;
        for (int end = at + 1; node != null; end++) {
            AddedToken token = node.token;
            if (token != null
                    && !(token.special() && asText.test(at))
                    && !(wordsAlone && token.singleWord() && touchesWord(text, at, end))) {
                longest = token;
            }
            node = end < text.length() ? node.next(text.charAt(end)) : null;
        }
        return longest;
    }

    private static Match match(String text, int from, int at, AddedToken token, boolean passedOver) {
        int start = at;
        int end = at + token.content().length();
        if (token.lstrip()) {
            while (start > from && isSpace(text.charAt(start - 1))) {
                start--;
            }
        }
        if (token.rstrip()) {
            while (end < text.length() && isSpace(text.charAt(end))) {
                end++;
            }
        }
        return new Match(token, start, end, passedOver);
    }

    private static boolean touchesWord(String text, int start, int end) {
        return (start > 0 && isWord(text.codePointBefore(start)))
                || (end < text.length() && isWord(text.codePointAt(end)));
    }

    /** Unicode's White_Space, which is all in the basic plane. */
    static boolean isSpace(char c) {
        return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r') || c == '\u0085';
    }

    /** Unicode's definition of word characters in regular expressions. */
    private static boolean isWord(int codePoint) {
        int type = Character.getType(codePoint);
        return Character.isAlphabetic(codePoint)
                || type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.CONNECTOR_PUNCTUATION
                || codePoint == 0x200C
                || codePoint == 0x200D;
    }

    /** A place in the tree of spellings; its next chars are sorted. */
    private static final class Node {
        private char[] chars = {};
        private Node[] nodes = {};
        private @Nullable AddedToken token;

        private @Nullable Node next(char c) {
            int found = Arrays.binarySearch(chars, c);
            return found < 0 ? null : nodes[found];
        }

        private Node add(char c) {
            int found = Arrays.binarySearch(chars, c);
            if (found >= 0) {
                return nodes[found];
            }
            int at = -found - 1;
            char[] moreChars = new char[chars.length + 1];
            Node[] moreNodes = new Node[chars.length + 1];
            System.arraycopy(chars, 0, moreChars, 0, at);
            System.arraycopy(nodes, 0, moreNodes, 0, at);
            System.arraycopy(chars, at, moreChars, at + 1, chars.length - at);
            System.arraycopy(nodes, at, moreNodes, at + 1, chars.length - at);
            moreChars[at] = c;
            moreNodes[at] = new Node();
            chars = moreChars;
            nodes = moreNodes;
            return moreNodes[at];
        }
    }
}
