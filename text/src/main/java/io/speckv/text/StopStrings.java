package io.speckv.text;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cuts streamed text before the first stop string, also when it is split over several pieces.
 *
 * <p>The stop string that is complete first counts, and the longest of several that end with the same char. So the result does
 * not depend on how the text was cut into pieces. Text that may be the beginning of a stop string is held back.
 * Thread-confined; one instance for each sequence.
 */
public final class StopStrings {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private @Nullable String matched;

    /**
     * @param stops none of them empty; may be an empty list
     * @throws IllegalArgumentException if one is empty
     */
    public StopStrings(List<String> stops) {
        if (stops.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("stop strings must not be empty, was " + stops);
        }
        this.stops = List.copyOf(stops);
    }

    /** Returns the text that can be sent after this piece; always empty after a stop string was found. */
    public String accept(String piece) {
        for (int i = 0; i < piece.length() && matched == null; i++) {
            held.append(piece.charAt(i));
            matched = longestStopAtEnd();
        }
        if (matched != null) {
            return matchedText(matched);
        }
        return release(held.length() - longestBeginningAtEnd());
    }

    /**
     * Returns the text that can be sent after a piece in which no stop string may end. One that begins in it may end in the
     * next piece.
     */
    public String pass(String piece) {
        if (matched != null) {
            return "";
        }
        held.append(piece);
        return release(held.length() - longestBeginningAtEnd());
    }

    /** Returns the stop string that was found, if any. */
    public Optional<String> matched() {
        return Optional.ofNullable(matched);
    }

    /** Returns the held-back text, since no more will come. */
    public String finish() {
        return release(held.length());
    }

    private String matchedText(String stop) {
        String before = held.substring(0, Math.max(0, held.length() - stop.length()));
        held.setLength(0);
        return before;
    }

    private String release(int chars) {
        String text = held.substring(0, chars);
        held.delete(0, chars);
        return text;
    }

    private @Nullable String longestStopAtEnd() {
        String longest = null;
        for (String stop : stops) {
            if ((longest == null || stop.length() > longest.length()) && endMatches(stop, stop.length())) {
                longest = stop;
            }
        }
        return longest;
    }

    private int longestBeginningAtEnd() {
        int longest = 0;
        for (String stop : stops) {
            for (int chars = Math.min(stop.length() - 1, held.length()); chars > longest; chars--) {
                if (endMatches(stop, chars)) {
                    longest = chars;
                }
            }
        }
        return longest;
    }

    /** Returns whether the held-back text ends with the first chars of a stop string. */
    private boolean endMatches(String stop, int chars) {
        int offset = held.length() - chars;
        if (offset < 0) {
            return false;
        }
        for (int i = 0; i < chars; i++) {
            if (held.charAt(offset + i) != stop.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
