package io.speckv.evals.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.evals.jsonl.JsonLineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikelyTokensTest {
    private static final float NEVER = Float.NEGATIVE_INFINITY;

    @TempDir
    private Path folder;

    @Test
    void theFiveLikeliestComeFirstAndOfEqualOnesTheLowerId() {
        LikelyTokens likely = LikelyTokens.of(new int[] {7}, new float[] {1, 3, NEVER, 3, 2, 1, 0, 1});

        assertThat(likely.likely()).containsExactly(1, 3, 4, 0, 5);
        assertThat(likely.prompt()).containsExactly(7);
    }

    @Test
    void aSmallVocabularyHasAsManyAsThereAre() {
        LikelyTokens likely = LikelyTokens.of(new int[] {1}, new float[] {0, (float) Math.log(3)});

        assertThat(likely.likely()).containsExactly(1, 0);
        assertThat(likely.logProbabilities()[0]).isCloseTo(Math.log(0.75), within(1e-7));
        assertThat(likely.logProbabilities()[1]).isCloseTo(Math.log(0.25), within(1e-7));
    }

    @Test
    void probabilitiesAddUpToOneHoweverLargeLogitsAre() {
        Random random = new Random(1);
        for (float scale : new float[] {1e-30f, 1, 100, 1e30f}) {
            float[] logits = new float[300];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = scale * (float) random.nextGaussian();
            }
            logits[17] = NEVER;
            double[] logs = LikelyTokens.logSoftmax(logits);
            double sum = 0;
            for (int i = 0; i < logs.length; i++) {
                sum += Math.exp(logs[i]);
                assertThat(logs[i]).isLessThanOrEqualTo(0);
            }
            assertThat(sum).isCloseTo(1, within(1e-9));
            assertThat(logs[3] - logs[4]).isCloseTo(logits[3] - logits[4], within(1e-6 * Math.max(1, scale)));
        }
    }

    private List<LikelyTokens> read(String... lines) throws IOException {
        Path file = folder.resolve("reference.jsonl");
        Files.write(file, List.of(lines));
        return LikelyTokens.read(file);
    }

    @Test
    void aReferenceIsReadAsItStands() throws IOException {
        List<LikelyTokens> read = read(
                "{\"tokens\": [1, 2], \"likely\": [[7, -0.1], [4, -2.5]]}",
                "",
                "{\"tokens\": [0], \"likely\": [[2147483647, 0]], \"more\": true}");

        List<String> told = new ArrayList<>();
        for (LikelyTokens one : read) {
            told.add(List.of(one.prompt()[0], one.likely()[0], one.logProbabilities()[0]) + " " + one.likely().length);
        }
        assertThat(told).containsExactly("[1, 7, -0.1] 2", "[0, 2147483647, 0.0] 1");
        assertThat(read.get(0).prompt()).containsExactly(1, 2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"likely": [[7, -0.1]]}                          | needs "tokens": [ids]
            {"tokens": [], "likely": [[7, -0.1]]}            | needs "tokens": [ids]
            {"tokens": [1], "likely": []}                    | needs "tokens": [ids]
            {"tokens": 1, "likely": [[7, -0.1]]}             | needs "tokens": [ids]
            {"tokens": [1, "a"], "likely": [[7, -0.1]]}      | has "a" in "tokens"
            {"tokens": [1.5], "likely": [[7, -0.1]]}         | has 1.5 in "tokens"
            {"tokens": [-1], "likely": [[7, -0.1]]}          | has -1 in "tokens"
            {"tokens": [3000000000], "likely": [[7, -0.1]]}  | has 3000000000 in "tokens"
            {"tokens": [null], "likely": [[7, -0.1]]}        | has null in "tokens"
            {"tokens": [1], "likely": [7]}                   | has 7 in "likely"
            {"tokens": [1], "likely": [[7]]}                 | has [7] in "likely"
            {"tokens": [1], "likely": [[-7, -0.1]]}          | has [-7,-0.1] in "likely"
            {"tokens": [1], "likely": [[7.5, -0.1]]}         | has [7.5,-0.1] in "likely"
            {"tokens": [1], "likely": [["x", -0.1]]}         | has ["x",-0.1] in "likely"
            {"tokens": [1], "likely": [[7, "NaN"]]}          | has [7,"NaN"] in "likely"
            {"tokens": [1], "likely": [[7, null]]}           | has [7,null] in "likely"
            """)
    void aLineOfAnotherFormIsNamed(String line, String why) {
        assertThatThrownBy(() -> read("{\"tokens\": [1], \"likely\": [[7, -0.1]]}", line))
                .isInstanceOf(JsonLineException.class)
                .hasMessageContaining("reference.jsonl:2: ")
                .hasMessageContaining(why);
    }
}
