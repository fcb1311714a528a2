package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopStringsTest {

    @Test
    void passesTextThroughWithoutStopStrings() {
        StopStrings stops = new StopStrings(List.of());
        assertThat(stops.accept("hello")).isEqualTo("hello");
        assertThat(stops.finish()).isEmpty();
        assertThat(stops.matched()).isEmpty();
    }

    @Test
    void cutsBeforeAStopStringInsideAPiece() {
        StopStrings stops = new StopStrings(List.of("END"));
        assertThat(stops.accept("abcENDdef")).isEqualTo("abc");
        assertThat(stops.matched()).contains("END");
        assertThat(stops.accept("more")).isEmpty();
        assertThat(stops.finish()).isEmpty();
    }

    @Test
    void findsAStopStringSplitOverPieces() {
        StopStrings stops = new StopStrings(List.of("\n\nUser:"));
        assertThat(stops.accept("fine\n")).isEqualTo("fine");
        assertThat(stops.accept("\nUs")).isEmpty();
        assertThat(stops.accept("er: hi")).isEmpty();
        assertThat(stops.matched()).contains("\n\nUser:");
    }

    @Test
    void releasesWhatTurnsOutNotToBeAStopString() {
        StopStrings stops = new StopStrings(List.of("abcd"));
        assertThat(stops.accept("xabc")).isEqualTo("x");
        assertThat(stops.accept("abc")).isEqualTo("abc");
        assertThat(stops.accept("e")).isEqualTo("abce");
        assertThat(stops.accept("ab")).isEmpty();
        assertThat(stops.finish()).isEqualTo("ab");
    }

    @Test
    void theFirstCompleteStopStringCountsAndOfThoseTheLongest() {
        StopStrings first = new StopStrings(List.of("abcd", "bc"));
        assertThat(first.accept("xabcd")).isEqualTo("xa");
        assertThat(first.matched()).contains("bc");
        StopStrings longest = new StopStrings(List.of("c", "abc"));
        assertThat(longest.accept("xabc")).isEqualTo("x");
        assertThat(longest.matched()).contains("abc");
    }

    @Test
    void theResultDoesNotDependOnHowTheTextIsCut() {
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder();
            random.ints(30, 'a', 'd').forEach(c -> text.append((char) c));
            List<String> stopStrings = List.of("abca", "bb" + text.charAt(0), "ccc");
            assertThat(cut(text.toString(), stopStrings, 1)).isEqualTo(cut(text.toString(), stopStrings, 1000));
            assertThat(cut(text.toString(), stopStrings, 3)).isEqualTo(cut(text.toString(), stopStrings, 1000));
        }
    }

    @Test
    void whereNoStopStringMayEndOneMayBegin() {
        StopStrings stops = new StopStrings(List.of("END"));
        assertThat(stops.pass("xENDyE")).isEqualTo("xENDy");
        assertThat(stops.matched()).isEmpty();
        assertThat(stops.pass("N")).isEmpty();
        assertThat(stops.accept("Dz")).isEmpty();
        assertThat(stops.matched()).contains("END");
        assertThat(stops.pass("more")).as("no text follows").isEmpty();
    }

    @Test
    void refusesAnEmptyStopString() {
        assertThatThrownBy(() -> new StopStrings(List.of("a", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not be empty");
    }

    private static String cut(String text, List<String> stopStrings, int pieceChars) {
        StopStrings stops = new StopStrings(stopStrings);
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < text.length(); at += pieceChars) {
            out.append(stops.accept(text.substring(at, Math.min(text.length(), at + pieceChars))));
        }
        return out.append(stops.finish()).append(stops.matched()).toString();
    }
}
