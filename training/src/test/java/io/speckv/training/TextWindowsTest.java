package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.text.Tokenizer;
import io.speckv.training.torch.WeightedTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows of a text whose tokens are all different, after an opening token 7. */
class TextWindowsTest {
    private static final int LENGTH = 64;
    private static final int[] TRAINED = IntStream.range(1_000, 3_000).toArray();
    private static final int[] HELD_OUT = IntStream.range(5_000, 5_400).toArray();

    private final TextWindows windows = new TextWindows(new TextTokens(new int[] {7}, TRAINED, HELD_OUT), LENGTH);

    @Test
    void aWindowIsTheOpeningAndAStretchOfTheTrainedText() {
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            int[] window = windows.plain(random);
            assertThat(window).hasSize(LENGTH);
            assertThat(window[0]).isEqualTo(7);
            int first = window[1];
            assertThat(first).isBetween(1_000, 3_000 - LENGTH + 1);
            assertThat(Arrays.copyOfRange(window, 1, LENGTH))
                    .isEqualTo(IntStream.range(first, first + LENGTH - 1).toArray());
        }
    }

    @Test
    void inARepeatingWindowStretchesOfEightAndMoreComeAgain() {
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            int[] window = windows.repeating(random);
            assertThat(window[0]).isEqualTo(7);
            Set<Integer> seen = new HashSet<>();
            int longest = 0;
            int run = 0;
            for (int token : window) {
                run = seen.add(token) ? 0 : run + 1;
                longest = Math.max(longest, run);
            }
            assertThat(longest).isGreaterThanOrEqualTo(8);
            assertThat(seen).as("most is said once").hasSizeGreaterThan(LENGTH / 4);
        }
    }

    @Test
    void whatIsHeldOutIsTheSameEveryTimeAndSpreadOverItsText() {
        List<int[]> held = windows.heldOut(3 * LENGTH);
        assertThat(held).hasSize(3);
        assertThat(held.stream().map(window -> window[1])).containsExactly(5_000, 5_126, 5_252);
        assertThat(windows.heldOut(3 * LENGTH).get(2)).isEqualTo(held.get(2));
        assertThat(windows.heldOut(1_000_000)).as("as many as there are").hasSize(6);
    }

    @Test
    void everythingButTheOpeningIsPredicted() {
        WeightedTokens batch = windows.batch(new int[][] {windows.plain(new Random(1))});
        assertThat(batch.weights()[0][0]).isZero();
        assertThat(Arrays.copyOfRange(batch.weights()[0], 1, LENGTH)).containsOnly(1);
    }

    @Test
    void whatIsHeldOutIsNotTrainedOn(@TempDir Path folder) throws IOException {
        Path texts = Files.createDirectory(folder.resolve("texts"));
        Path held = Files.writeString(texts.resolve("b.txt"), "held out ".repeat(200));
        Files.writeString(texts.resolve("a.txt"), "trained ".repeat(400));
        Files.write(texts.resolve("picture"), new byte[] {1, 0, 1});
        Path model = Path.of(System.getProperty("speckv.golden")).resolveSibling("models/speckv-tiny-target");
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            int[] a = TextTokens.read(tokenizer, List.of(texts.resolve("a.txt")), List.of(held), LENGTH)
                    .trained();
            TextTokens named = TextTokens.read(tokenizer, List.of(texts), List.of(held), LENGTH);
            assertThat(named.trained()).isEqualTo(a);
            TextTokens unnamed = TextTokens.read(tokenizer, List.of(texts), List.of(), LENGTH);
            int all = unnamed.trained().length + unnamed.heldOut().length;
            assertThat(all).isEqualTo(named.trained().length + named.heldOut().length);
            assertThat(unnamed.heldOut()).hasSize(Math.max(LENGTH, all / 20));
        }
    }
}
