package io.speckv.bench.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled target written as a GGUF file with its tokenizer, and read again: the same model. */
class GgufRoundTripTest {
    private static final Path TARGET = Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("models")
            .resolve("speckv-tiny-target");
    private static final List<String> TEXTS = List.of(
            "One of the special magic numbers for lighthouse is: 7391846.",
            "  two  spaces,\ttabs\r\nand lines \n\n\n at the end   ",
            "don't WE'LL I'm 2026-11-29 3.14159 1,000,000",
            "naïve café — Москва 北京 東京 한국어 👩‍👩‍👧‍👦 e\u0301",
            "<|im_start|>user\nhello<|im_end|>",
            "");

    @TempDir
    static Path folder;

    private static Path file = Path.of("");

    @BeforeAll
    static void write() throws IOException {
        file = folder.resolve("target.gguf");
        GgufWriter.writeWithTokenizer(TARGET, GgufType.F32, file);
    }

    @Test
    void textsHaveTheIdsThatTheFolderGivesThem() {
        try (Tokenizer fromFile = Tokenizer.open(file);
                Tokenizer fromFolder = Tokenizer.open(TARGET)) {
            Random random = new Random(5);
            for (int i = 0; i < 200; i++) {
                String text = i < TEXTS.size() ? TEXTS.get(i) : anyText(random);
                int[] ids = fromFolder.encode(text, SpecialTokens.INCLUDED).ids();
                assertThat(fromFile.encode(text, SpecialTokens.INCLUDED).ids())
                        .as(text)
                        .isEqualTo(ids);
                assertThat(fromFile.decode(ids, SpecialTokens.INCLUDED))
                        .as(text)
                        .isEqualTo(fromFolder.decode(ids, SpecialTokens.INCLUDED));
            }
        }
    }

    private static String anyText(Random random) {
        return IntStream.range(0, 1 + random.nextInt(40))
                .mapToObj(i -> TEXTS.get(random.nextInt(TEXTS.size() - 1)))
                .map(text -> text.substring(
                        text.offsetByCodePoints(0, random.nextInt(text.codePointCount(0, text.length())))))
                .map(text -> text.substring(
                        0, text.offsetByCodePoints(0, Math.min(3, text.codePointCount(0, text.length())))))
                .collect(Collectors.joining());
    }

    @Test
    void theModelIsOpenedWithTheSameShape() {
        try (DecoderModel fromFile = DecoderModel.open(file, ModelOptions.DEFAULTS.withPrecision(Precision.FP32));
                Checkpoint fromFolder = Checkpoint.open(TARGET)) {
            assertThat(fromFile.shape().layers()).isEqualTo(fromFolder.shape().layers());
            assertThat(fromFile.shape().vocabSize())
                    .isEqualTo(fromFolder.shape().vocabSize());
        }
    }
}
