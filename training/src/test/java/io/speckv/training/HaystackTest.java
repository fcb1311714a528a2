package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.evals.ruler.NeedleWording;
import io.speckv.evals.words.WordList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prose is one token over and over here, and so are sentences; needles are tokens that no noise has. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HaystackTest {
    private static final int ROOM = 700;
    private static final int HAYSTACKS = 120;

    private TaskText text;
    private int prose;
    private int sentence;

    @BeforeAll
    void open(@TempDir Path folder) throws IOException {
        text = TaskText.in(folder);
        prose = text.tokens().plain()[0];
        sentence = text.tokens().plain()[1];
    }

    @AfterAll
    void close() {
        text.close();
    }

    private static int[] only(int token) {
        int[] tokens = new int[1000];
        Arrays.fill(tokens, token);
        return tokens;
    }

    private Haystack haystack(boolean sentences) {
        return new Haystack(text.tokens(), WordList.bundled(), only(prose), sentences ? only(sentence) : new int[0]);
    }

    private Form form(String line) {
        return new Form(false, new int[0], new int[0], new int[0], text.tokens().end(), line, false);
    }

    /** A needle whose second token numbers it. */
    private Needle needle(String key, int number) {
        int[] tokens = {
            text.tokens().turnStart(),
            text.tokens().plain()[number],
            text.tokens().turnEnd()
        };
        return new Needle(key, "", tokens);
    }

    /** Returns the numbers of the needles in their places, and fails if one is not whole. */
    private List<Integer> numbers(int[] hidden) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < hidden.length; i++) {
            if (hidden[i] == text.tokens().turnStart()) {
                assertThat(hidden[i + 2]).isEqualTo(text.tokens().turnEnd());
                numbers.add(Arrays.binarySearch(text.tokens().plain(), hidden[i + 1]));
            }
        }
        return numbers;
    }

    @Test
    void needlesAreWholeAndAddToTheRoom() {
        Random random = new Random(1);
        for (int i = 0; i < HAYSTACKS; i++) {
            List<Needle> needles = List.of(needle("a", 0), needle("b", 1), needle("c", 2));
            int[] hidden = haystack(true).hide(needles, form("\n"), ROOM, random);
            assertThat(hidden).hasSize(ROOM + 3 * 3);
            assertThat(numbers(hidden)).containsExactlyInAnyOrder(0, 1, 2);
        }
    }

    @Test
    void needlesOfOneKeyStayInOrderAndOthersDoNot() {
        Random random = new Random(2);
        boolean bBeforeA = false;
        boolean aBeforeB = false;
        for (int i = 0; i < HAYSTACKS; i++) {
            List<Needle> needles =
                    List.of(needle("a", 0), needle("b", 10), needle("a", 1), needle("b", 11), needle("a", 2));
            List<Integer> numbers = numbers(haystack(false).hide(needles, form("\n"), 50, random));
            assertThat(numbers.stream().filter(number -> number < 10)).containsExactly(0, 1, 2);
            assertThat(numbers.stream().filter(number -> number >= 10)).containsExactly(10, 11);
            bBeforeA |= numbers.get(0) == 10;
            aBeforeB |= numbers.get(0) == 0;
        }
        assertThat(bBeforeA && aBeforeB).isTrue();
    }

    @Test
    void needlesStandAnywhereTheEdgesIncluded() {
        Random random = new Random(3);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < HAYSTACKS; i++) {
            int[] hidden = haystack(false).hide(List.of(needle("a", 0)), form("\n"), 4, random);
            places.add(IntStream.range(0, hidden.length)
                    .filter(at -> hidden[at] == text.tokens().turnStart())
                    .findFirst()
                    .orElseThrow());
        }
        assertThat(places).contains(0, 1, 2, 3, 4).allMatch(place -> place <= 4);
    }

    @Test
    void withoutRoomThereIsNoNoise() {
        assertThat(haystack(true).hide(List.of(needle("a", 5)), form("\n"), 0, new Random(1)))
                .containsExactly(needle("a", 5).tokens());
        assertThat(haystack(true).hide(List.of(), form("\n"), 0, new Random(1))).isEmpty();
    }

    private List<int[]> withoutNeedles(boolean sentences, String line) {
        Random random = new Random(3);
        return Stream.generate(() -> haystack(sentences).hide(List.of(), form(line), ROOM, random))
                .limit(HAYSTACKS)
                .toList();
    }

    private static long ofOnly(int token, List<int[]> haystacks) {
        return haystacks.stream()
                .filter(haystack -> Arrays.stream(haystack).allMatch(found -> found == token))
                .count();
    }

    @Test
    void someHaystacksAreProseAloneAndSomeSentencesIfThereAreAny() {
        List<int[]> withSentences = withoutNeedles(true, "\n");
        assertThat(ofOnly(prose, withSentences)).isPositive();
        assertThat(ofOnly(sentence, withSentences)).isPositive();
        List<int[]> without = withoutNeedles(false, "\n");
        assertThat(ofOnly(prose, without)).isPositive();
        assertThat(ofOnly(sentence, without)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\n"})
    void someAreRulersFillerOverAndOverBehindTheSequencesSeparator(String line) {
        int[] filler = text.tokens().fixed(line + NeedleWording.FILLER);
        int[] expected =
                IntStream.range(0, ROOM).map(i -> filler[i % filler.length]).toArray();
        assertThat(withoutNeedles(false, line).stream()
                        .filter(haystack -> Arrays.equals(haystack, expected))
                        .count())
                .as("two styles of five and a mixed one")
                .isBetween(HAYSTACKS / 6L, HAYSTACKS / 2L);
    }

    @Test
    void noiseHasNoSpecialTokens() {
        for (int[] noise : withoutNeedles(true, "\n")) {
            assertThat(noise).hasSize(ROOM);
            assertThat(Arrays.stream(noise)
                            .allMatch(token -> Arrays.binarySearch(text.tokens().plain(), token) >= 0))
                    .isTrue();
        }
    }
}
