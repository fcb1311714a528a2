package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.Cascade;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.align.TokenBridge;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import io.speckv.text.SpecialTokens;
import io.speckv.text.TextBridge;
import io.speckv.text.Tokenizer;
import io.speckv.text.TokenizerException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A target of bytes and the bundled pair's draft of word pieces. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TextBridgeTest {
    private static final Path GOLDEN = Path.of(System.getProperty("speckv.golden"));
    private static final Path BYTES = GOLDEN.resolve("models/llama-target");
    private static final Path PIECES = GOLDEN.resolveSibling("models/speckv-tiny-draft");
    private static final String TEXT = "The river by the old mill is 4817 steps from the inn.";

    private final Tokenizer target = Tokenizer.open(BYTES);
    private final Tokenizer draft = Tokenizer.open(PIECES);
    private final int[] prompt = target.encode(TEXT, SpecialTokens.INCLUDED).ids();

    @AfterAll
    void close() {
        target.close();
        draft.close();
    }

    @Test
    void theDraftReadsTheSameTextInItsOwnTokens() {
        int[] pieces = TextBridge.ofTokens(draft, target, prompt).draftPrompt();
        assertThat(draft.decode(pieces, SpecialTokens.EXCLUDED)).isEqualTo(TEXT);
        assertThat(pieces).hasSizeLessThan(prompt.length);
    }

    @Test
    void everyByteGetsTheScoreOfThePieceItLiesIn() {
        TextBridge bridge = TextBridge.ofTokens(draft, target, prompt);
        int[] pieces = bridge.draftPrompt();
        float[] scores = new float[pieces.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = i + 1;
        }
        float[] mapped = bridge.scores(scores);
        assertThat(mapped).hasSize(prompt.length);
        // Each char of this text is one byte, so no piece ends inside one.
        int at = 0;
        for (int i = 0; i < pieces.length; i++) {
            String piece = draft.decode(new int[] {pieces[i]}, SpecialTokens.EXCLUDED);
            assertThat(piece).doesNotContain("\uFFFD");
            int bytes = target.encode(piece, SpecialTokens.EXCLUDED).size();
            for (int b = 0; b < bytes; b++) {
                assertThat(mapped[at++]).as("byte of '%s'", piece).isEqualTo(i + 1f);
            }
        }
        assertThat(at).isEqualTo(prompt.length);
    }

    @Test
    void theLookaheadIsTheSameTextInTheTargetsTokens() {
        int[] pieces = draft.encode(" is 4817 steps", SpecialTokens.EXCLUDED).ids();
        int[] lookahead = TextBridge.ofTokens(draft, target, prompt).lookahead(pieces);
        assertThat(target.decode(lookahead, SpecialTokens.EXCLUDED)).isEqualTo(" is 4817 steps");
    }

    @Test
    void aCharacterThatTheLookaheadCutsInTwoIsLeftOut() {
        int[] pieces = draft.encode("ab\uD83D\uDE00", SpecialTokens.EXCLUDED).ids();
        int[] cut = Arrays.copyOf(pieces, pieces.length - 1);
        int[] lookahead = TextBridge.ofTokens(draft, target, prompt).lookahead(cut);
        assertThat(target.decode(lookahead, SpecialTokens.EXCLUDED)).isEqualTo("ab");
    }

    @Test
    void idsThatTheirOwnTextDoesNotGiveAreRefused() {
        int[] withControl = {'a', 258, 'b'};
        assertThatThrownBy(() -> TextBridge.ofTokens(draft, target, withControl))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("different tokenizers");
    }

    @Test
    void equalTokenizersGiveWhatTheDirectPathGives() {
        Method method = Methods.of(
                "speckv-pc",
                Map.of(
                        "specpc",
                        Map.of("max_capacity_prompt", 32, "window_size", 8, "kernel_size", 4),
                        "speckv",
                        Map.of("max_capacity_prompt", 16, "window_size", 8, "kernel_size", 3)));
        ModelOptions options = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);
        try (DecoderModel targetModel = DecoderModel.open(BYTES, options);
                DecoderModel draftModel = DecoderModel.open(GOLDEN.resolve("models/llama-draft"), options)) {
            Cascade cascade = new Cascade(targetModel, draftModel);
            Cascade.Result direct = run(cascade, TokenBridge.shared(prompt), method);
            Cascade.Result bridged = run(cascade, TextBridge.ofTokens(target, target, prompt), method);
            assertThat(bridged.scores()).isEqualTo(direct.scores());
            assertThat(bridged.kept()).isEqualTo(direct.kept()).hasSize(32);
        }
    }

    @Test
    void aDraftOfAnotherVocabularyDrivesTheWholeCascade() {
        Method method = Methods.of("specpc", Map.of("max_capacity_prompt", 24, "window_size", 8, "kernel_size", 4));
        ModelOptions options = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);
        try (DecoderModel targetModel = DecoderModel.open(BYTES, options);
                DecoderModel draftModel = DecoderModel.open(PIECES, options)) {
            TextBridge bridge = TextBridge.ofTokens(draft, target, prompt);
            Cascade.Result result = run(new Cascade(targetModel, draftModel), bridge, method);
            assertThat(result.scores()).hasSize(prompt.length);
            assertThat(result.kept()).hasSize(24).endsWith(prompt.length - 1);
            assertThat(result.output()).hasSize(6);
        }
    }

    private Cascade.Result run(Cascade cascade, TokenBridge bridge, Method method) {
        return cascade.run(
                new Cascade.Request(prompt, bridge, method, 6, Set.of()),
                (logits, generated) -> Greedy.token(logits),
                token -> true,
                YieldPoint.NONE);
    }
}
