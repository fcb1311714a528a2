package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Adversarial texts end in ids or in a refusal, never the process. {@code -Dspeckv.fuzz.chars=16777216} makes them as long
 * as a request may be.
 */
class EncodingFuzzTest {
    private static final int CHARS = Integer.getInteger("speckv.fuzz.chars", 1 << 17);
    private static final EncodingLimit LIMIT = EncodingLimit.of(1 << 20);

    @Test
    void theBundledTokenizerReadsOrRefusesEveryText() {
        everyText(TestModels.bundledDraft());
    }

    @Test
    void theTinyTokenizerReadsOrRefusesEveryText() {
        everyText(TestModels.byteLevel());
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen3", "llama2", "gemma3", "deepseek_v3", "gptoss"})
    void realTokenizersReadOrRefuseEveryText(String name) {
        everyText(TestModels.real(name));
    }

    private static void everyText(Path folder) {
        Random random = new Random(Long.getLong("speckv.fuzz.seed", 3));
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            for (TextsOfEveryKind kind : TextsOfEveryKind.values()) {
                long start = System.nanoTime();
                String outcome = outcome(tokenizer, kind.text(CHARS, random));
                report(folder, kind + " " + outcome, start);
            }
            StringBuilder random16 = new StringBuilder(CHARS);
            while (random16.length() < CHARS) {
                int codePoint = random.nextInt(0x10FFFF);
                random16.appendCodePoint(codePoint >= 0xD800 && codePoint < 0xE000 ? 'x' : codePoint);
            }
            long start = System.nanoTime();
            report(folder, "RANDOM " + outcome(tokenizer, random16.toString()), start);
        }
    }

    private static String outcome(Tokenizer tokenizer, String text) {
        for (ControlTokens spelledOut : ControlTokens.values()) {
            try {
                Encoding encoding = tokenizer.encode(text, SpecialTokens.INCLUDED, spelledOut, LIMIT);
                assertThat(encoding.ids()).isNotEmpty();
                for (int id : encoding.ids()) {
                    if (id < 0 || id >= tokenizer.vocabSize()) {
                        throw new AssertionError("id " + id + " is beyond the vocabulary");
                    }
                }
            } catch (TooManyTokensException e) {
                return "refused";
            }
        }
        return "read";
    }

    private static void report(Path folder, String outcome, long start) {
        if (Boolean.getBoolean("speckv.fuzz.report")) {
            System.out.printf("%s %s %d ms%n", folder.getFileName(), outcome, (System.nanoTime() - start) / 1_000_000);
        }
    }
}
