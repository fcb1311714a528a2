package io.speckv.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CancelledException;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.TinyClassifier;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.checkpoint.WeightType;
import io.speckv.engine.checkpoint.config.EncoderArchitecture;
import io.speckv.engine.torch.TokenClassifier;
import io.speckv.text.DecodedTokens;
import io.speckv.text.Encoding;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PromptClassifierTest {
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);
    private static final int BEGIN_OF_TEXT = 256;
    private static final String TEXT = "Words go on, and stop. Then others come; at last 4817263 is the number. ";

    @TempDir
    Path folder;

    private static TinyClassifier tiny(EncoderArchitecture architecture) {
        return new TinyClassifier(architecture, WeightType.F32, 11);
    }

    /** The prompt in the tiny target's vocabulary, one token for each byte. */
    private static Encoding prompt(String text) {
        try (Tokenizer target = Tokenizer.open(GoldenRun.model("llama-target"))) {
            return target.encode(text, SpecialTokens.INCLUDED);
        }
    }

    @ParameterizedTest
    @EnumSource(EncoderArchitecture.class)
    void everyLetterOfAWordGetsTheWordsMeanAndSpacesGetNothing(EncoderArchitecture architecture) {
        tiny(architecture).write(folder);
        String text = "ab cde, f";
        try (PromptClassifier classifier = PromptClassifier.open(folder, FP32);
                Tokenizer target = Tokenizer.open(GoldenRun.model("llama-target"));
                TokenClassifier model = TokenClassifier.open(folder, FP32);
                Tokenizer tokenizer = Tokenizer.open(folder)) {
            Encoding own = tokenizer.encode(text, SpecialTokens.INCLUDED);
            float[] keep = model.keepProbabilities(own.ids(), YieldPoint.NONE);
            int[] ids =
                    IntStream.concat(IntStream.of(BEGIN_OF_TEXT), text.chars()).toArray();
            float[] scores = classifier.scores(DecodedTokens.of(target, ids), YieldPoint.NONE);

            // [CLS] a ##b c ##d ##e , f [SEP]
            assertThat(own.ids()).hasSize(9);
            int first = 1;
            assertThat(scores[0]).isEqualTo(1);
            float ab = (float) (((double) keep[1] + keep[2]) / 2);
            float cde = (float) (((double) keep[3] + keep[4] + keep[5]) / 3);
            assertThat(Arrays.copyOfRange(scores, first, first + 2)).containsOnly(ab);
            assertThat(Arrays.copyOfRange(scores, first + 3, first + 6)).containsOnly(cde);
            assertThat(scores[first + 6]).isEqualTo(keep[6]);
            assertThat(scores[first + 8]).isEqualTo(keep[7]);
            assertThat(scores[first + 2]).isZero();
        }
    }

    @Test
    void aLongTextIsScoredChunkByChunk() {
        // At most 64 tokens a chunk: 62 and the two around them.
        tiny(EncoderArchitecture.BERT).write(folder);
        try (PromptClassifier classifier = PromptClassifier.open(folder, FP32)) {
            float[] once = classifier.scores(prompt("aa bb cc dd."), YieldPoint.NONE);
            float[] often = classifier.scores(prompt("aa bb cc dd.".repeat(6) + "e".repeat(60)), YieldPoint.NONE);
            // The first chunk is the sentence six times, up to its last stop; what comes behind it has no say.
            float[] sixTimes = classifier.scores(prompt("aa bb cc dd.".repeat(6)), YieldPoint.NONE);

            assertThat(Arrays.copyOf(often, sixTimes.length)).containsExactly(sixTimes);
            assertThat(once).hasSizeLessThan(sixTimes.length);
            assertThat(often).hasSize(sixTimes.length + 60);
        }
    }

    @Test
    void decodedTokensScoreAsTheTextTheyCameFrom() {
        tiny(EncoderArchitecture.XLM_ROBERTA).write(folder);
        Encoding prompt = prompt(TEXT);
        try (PromptClassifier classifier = PromptClassifier.open(folder, FP32);
                Tokenizer target = Tokenizer.open(GoldenRun.model("llama-target"))) {
            Encoding decoded = DecodedTokens.of(target, prompt.ids());
            assertThat(classifier.scores(decoded, YieldPoint.NONE))
                    .containsExactly(classifier.scores(prompt, YieldPoint.NONE));
            assertThat(classifier.name()).isEqualTo(folder.getFileName().toString());
        }
    }

    @Test
    void aPromptWithoutTextKeepsItsControlTokens() {
        tiny(EncoderArchitecture.BERT).write(folder);
        Encoding prompt = new Encoding("", new int[] {256, 260}, new int[2], new int[2]);
        try (PromptClassifier classifier = PromptClassifier.open(folder, FP32)) {
            assertThat(classifier.scores(prompt, YieldPoint.NONE)).containsExactly(1, 1);
        }
    }

    @Test
    void stopsBetweenChunksAndNamesWhatIsMissing() throws IOException {
        tiny(EncoderArchitecture.BERT).write(folder);
        try (PromptClassifier classifier = PromptClassifier.open(folder, FP32)) {
            assertThatThrownBy(() -> classifier.scores(prompt(TEXT), YieldPoint.endingWhen(() -> true)))
                    .isInstanceOf(CancelledException.class);
        }
        Files.delete(folder.resolve("config.json"));
        assertThatThrownBy(() -> PromptClassifier.open(folder, FP32))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("config.json");
    }
}
