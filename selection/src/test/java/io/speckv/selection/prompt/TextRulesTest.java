package io.speckv.selection.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.selection.Lines;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.RandomScores;
import io.speckv.selection.method.Methods;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole lines, chunks by kind of text, and marks: settings that are off unless they are set. */
class TextRulesTest {
    private static final int WINDOW = 4;
    private static final int TOKENS = 300;

    private static PromptPolicy policy(String method, Map<String, Object> more) {
        Map<String, Object> settings =
                new TreeMap<>(Map.<String, Object>of("max_capacity_prompt", 60, "kernel_size", 5));
        if (method.equals("specpc")) {
            settings.put("window_size", WINDOW);
            settings.put("neighbor_tokens", 6);
        } else {
            settings.put("chunk_size", 8);
        }
        settings.putAll(more);
        return Methods.of(method, settings).prompt();
    }

    /** Running text, then lines of up to 20 tokens, then running text, and so on. */
    private static Lines lines(SplittableRandom random) {
        List<Integer> starts = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        int at = random.nextInt(40);
        while (at < TOKENS - 30) {
            for (int i = random.nextInt(6); i >= 0 && at < TOKENS - 20; i--) {
                starts.add(at);
                at += 1 + random.nextInt(20);
                ends.add(at);
            }
            at += random.nextInt(50);
        }
        return Lines.of(
                starts.stream().mapToInt(i -> i).toArray(),
                ends.stream().mapToInt(i -> i).toArray());
    }

    private static ProtectedTokens drawn(SplittableRandom random) {
        return ProtectedTokens.of(random.ints(random.nextInt(12), 0, TOKENS).toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"specpc", "specprefill"})
    void offNothingOfTheTextMatters(String method) {
        SplittableRandom random = new SplittableRandom(1);
        for (int seed = 0; seed < 50; seed++) {
            float[] scores = RandomScores.tied(seed, TOKENS);
            ProtectedTokens kept = drawn(random);
            assertThat(policy(method, Map.of()).keep(TOKENS, scores, new PromptLayout(kept, lines(random), 3)))
                    .isEqualTo(policy(method, Map.of()).keep(TOKENS, scores, kept));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"specpc", "specprefill"})
    void withoutLinesWholeLinesChangeNothing(String method) {
        float[] scores = RandomScores.distinct(3, TOKENS);
        assertThat(policy(method, Map.<String, Object>of("whole_lines", true)).keep(TOKENS, scores))
                .isEqualTo(policy(method, Map.of()).keep(TOKENS, scores));
    }

    @ParameterizedTest
    @ValueSource(strings = {"specpc", "specprefill"})
    void linesStayOrGoAsAWholeWithinTheBudget(String method) {
        SplittableRandom random = new SplittableRandom(2);
        PromptPolicy policy = policy(method, Map.<String, Object>of("whole_lines", true, "max_capacity_prompt", 64));
        for (int seed = 0; seed < 100; seed++) {
            Lines lines = lines(random);
            ProtectedTokens stay = drawn(random);
            int[] kept = policy.keep(TOKENS, RandomScores.distinct(seed, TOKENS), new PromptLayout(stay, lines, 0));
            assertThat(kept).isSorted().doesNotHaveDuplicates();
            assertThat(kept.length).isBetween(64 - 20, 64);
            boolean[] isKept = ProtectedTokens.of(kept).flags(TOKENS);
            boolean[] staysAnyway = stay.flags(TOKENS);
            Arrays.fill(staysAnyway, TOKENS - WINDOW, TOKENS, true);
            for (int line = 0; line < lines.count(); line++) {
                int open = 0;
                int held = 0;
                for (int i = lines.start(line); i < lines.end(line); i++) {
                    open += staysAnyway[i] ? 0 : 1;
                    held += isKept[i] && !staysAnyway[i] ? 1 : 0;
                }
                // SpecPrefill puts lines together up to its chunk's length, and cuts one that is longer.
                if (method.equals("specpc") || lines.end(line) - lines.start(line) <= 8) {
                    assertThat(held).as("of line %s", line).isIn(0, open);
                }
            }
            for (int position : stay.positions()) {
                assertThat(isKept[position]).isTrue();
            }
        }
    }

    @Test
    void chunksOfCodeHaveALengthOfTheirOwn() {
        float[] scores = new float[100];
        scores[30] = 1;
        scores[80] = 0.5f;
        Lines code = Lines.of(new int[] {16, 30, 40}, new int[] {30, 40, 56});
        PromptLayout layout = new PromptLayout(ProtectedTokens.NONE, code, 0);
        Map<String, Object> settings = Map.<String, Object>of("max_capacity_prompt", 50, "code_chunk_size", 40);
        int[] kept = policy("specprefill", settings).keep(100, scores, layout);
        assertThat(kept).as("text in eights: 80 to 87").contains(80, 87).doesNotContain(56);
        assertThat(Arrays.stream(kept).filter(i -> i >= 16 && i < 56).count()).isEqualTo(40);
    }

    @Test
    void chunksOfWholeLinesEndWithALine() {
        float[] scores = new float[100];
        scores[35] = 1;
        Lines code = Lines.of(new int[] {16, 30, 40}, new int[] {30, 40, 56});
        Map<String, Object> settings =
                Map.<String, Object>of("max_capacity_prompt", 32, "code_chunk_size", 30, "whole_lines", true);
        int[] kept = policy("specprefill", settings).keep(100, scores, new PromptLayout(ProtectedTokens.NONE, code, 0));
        assertThat(kept)
                .as("16 to 40 are two lines, the third would be too much")
                .contains(16, 39)
                .doesNotContain(40);
    }

    @Test
    void aLineLongerThanTheBudgetIsPassedOver() {
        float[] scores = new float[TOKENS];
        scores[100] = 1;
        scores[250] = 0.5f;
        Lines code = Lines.of(new int[] {80}, new int[] {180});
        int[] kept = policy("specpc", Map.<String, Object>of("whole_lines", true))
                .keep(TOKENS, scores, new PromptLayout(ProtectedTokens.NONE, code, 0));
        assertThat(kept).hasSize(60).contains(250);
        assertThat(Arrays.stream(kept).filter(i -> i >= 80 && i < 180)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"specpc", "specprefill"})
    void marksAndTokensTogetherAreWithinTheBudget(String method) {
        SplittableRandom random = new SplittableRandom(4);
        for (int seed = 0; seed < 200; seed++) {
            int mark = 1 + random.nextInt(4);
            PromptPolicy policy = policy(
                    method,
                    Map.<String, Object>of(
                            "marks", true, "whole_lines", random.nextInt(2) == 0, "max_capacity_prompt", 64));
            ProtectedTokens stay =
                    ProtectedTokens.of(random.ints(random.nextInt(6), 0, TOKENS).toArray());
            int[] kept = policy.keep(
                    TOKENS, RandomScores.distinct(seed, TOKENS), new PromptLayout(stay, lines(random), mark));
            int[] places = Marks.places(kept, mark);
            assertThat(kept.length + places.length).isBetween(64 - 20 - 8 - mark, 64);
            assertThat(kept).isSorted().doesNotHaveDuplicates();
            for (int position : stay.positions()) {
                assertThat(Arrays.binarySearch(kept, position)).isNotNegative();
            }
            for (int place : places) {
                assertThat(Arrays.binarySearch(kept, place))
                        .as("%s is a gap", place)
                        .isNegative();
            }
        }
    }

    @Test
    void aGapNoLongerThanAMarkHasNone() {
        assertThat(Marks.places(new int[] {0, 4, 7}, 2)).containsExactly(1, 2);
        assertThat(Marks.places(new int[] {3, 4}, 2))
                .as("in front of the first")
                .containsExactly(0, 1);
        assertThat(Marks.places(new int[] {3, 9}, 0)).isEmpty();
    }

    @Test
    void aLedgerCountsWhatMarksCost() {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 100; round++) {
            boolean[] kept = new boolean[40];
            for (int i = 0; i < kept.length; i++) {
                kept[i] = random.nextInt(3) > 0;
            }
            Marks.Ledger ledger = new Marks.Ledger(kept, 2);
            for (int position : random.ints(30, 0, 40).distinct().toArray()) {
                if (kept[position]) {
                    kept[position] = false;
                    ledger.drop(position);
                }
                int[] left = IntStream.range(0, 40).filter(i -> kept[i]).toArray();
                assertThat(ledger.cost()).isEqualTo(left.length + Marks.places(left, 2).length);
            }
        }
    }

    @Test
    void whereProtectedTokensLeaveNoRoomForMarksThereAreNone() {
        int[] apart = new int[60];
        Arrays.setAll(apart, i -> 5 * i);
        int[] kept = policy("specpc", Map.<String, Object>of("marks", true))
                .keep(
                        TOKENS,
                        RandomScores.distinct(1, TOKENS),
                        new PromptLayout(ProtectedTokens.of(apart), Lines.NONE, 2));
        assertThat(kept).isEqualTo(apart);
    }
}
