package io.speckv.draft;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.generate.DraftTask;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.kit.telemetry.Stage;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.ScoreEncoding;
import io.speckv.text.Encoding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages of a draft of three prompt tokens, whose model ends a text at token 2; the request stops at 7. */
class AnalysisMessagesTest {
    private static final Encoding TEXT =
            new Encoding("a🙂b", new int[] {5, 6, 7}, new int[] {0, 1, 3}, new int[] {1, 3, 4});

    private static AnalysisMessages messages(@Nullable Encoding text, ScoreEncoding encoding) {
        SamplingSettings sampling = new SamplingSettings(
                0, 0, 1, 0, 1, 0, 0, null, 9, List.of(), Set.of(7), false, SamplingSettings.NO_LOGPROBS, 0, Map.of());
        DraftTask task = new DraftTask(new int[] {5, 6, 7}, null, 0, 4, (logits, index) -> 0, Set.of(2, 7));
        return new AnalysisMessages(
                new AnalysisRequest("r", text, task, false, sampling, encoding, OptionalLong.empty()));
    }

    private static AnalysisMessages messages() {
        return messages(null, ScoreEncoding.SCORE_ENCODING_FLOAT32);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
        none  | false | FINISH_REASON_UNSPECIFIED
        1     | false | FINISH_REASON_UNSPECIFIED
        1,2   | false | FINISH_REASON_END_OF_TEXT
        2,1   | false | FINISH_REASON_UNSPECIFIED
        1,7   | false | FINISH_REASON_STOP
        none  | true  | FINISH_REASON_STOP
        1,2   | true  | FINISH_REASON_STOP
        """)
    void aDraftEndsAtAStopOrAnEndTokenOrForNoReasonOfItsOwn(
            @Nullable String lookahead, boolean stopText, FinishReason reason) {
        int[] tokens = lookahead == null
                ? new int[0]
                : Stream.of(lookahead.split(",", -1))
                        .mapToInt(Integer::parseInt)
                        .toArray();

        assertThat(messages().finishReason(tokens, stopText)).isEqualTo(reason);
    }

    @Test
    void aTextsTokensComeWithTheirPlacesInCodePoints() {
        AnalyseResponse message =
                messages(TEXT, ScoreEncoding.SCORE_ENCODING_FLOAT32).prompt(TEXT);

        assertThat(message.getPrompt().getTokens().getIdsList()).containsExactly(5, 6, 7);
        assertThat(message.getPrompt().getSpans().getStartsList()).containsExactly(0, 1, 2);
        assertThat(message.getPrompt().getSpans().getEndsList()).containsExactly(1, 2, 3);
    }

    /** Whoever sent ids has a tokenizer of its own. */
    @Test
    void draftedTokensHaveTextOnlyWhereTheRequestHadText() {
        AnalyseResponse ofIds = messages().lookahead(3, 9, "x");
        AnalyseResponse ofText =
                messages(TEXT, ScoreEncoding.SCORE_ENCODING_FLOAT32).lookahead(3, 9, "x");

        assertThat(ofIds.getLookahead().getText()).isEmpty();
        assertThat(ofText.getLookahead().getText()).isEqualTo("x");
        assertThat(ofIds.getLookahead().getTokens().getFirstIndex()).isEqualTo(3);
        assertThat(ofIds.getLookahead().getTokens().getTokenIdsList()).containsExactly(9);
    }

    @ParameterizedTest
    @CsvSource({"SCORE_ENCODING_FLOAT32", "SCORE_ENCODING_FLOAT16"})
    void scoresAreInTheEncodingThatWasAskedFor(ScoreEncoding encoding) {
        float[] scores = {0.5f, 2, -1};
        AnalyseResponse message = messages(null, encoding).scores(scores);

        assertThat(message.getImportance()).isEqualTo(ScoreVectors.toProto(scores, encoding));
        assertThat(ScoreVectors.fromProto(message.getImportance(), "importance"))
                .containsExactly(scores);
    }

    @Test
    void theSummaryCountsAndTellsEachStage() {
        StageTime prefill = new StageTime(Stage.DRAFT_PREFILL, Duration.ZERO, Duration.ofMillis(5), 3);
        AnalyseResponse message = messages().summary(4, FinishReason.FINISH_REASON_STOP, List.of(prefill));

        assertThat(message.getSummary().getPromptTokenCount()).isEqualTo(3);
        assertThat(message.getSummary().getLookaheadTokenCount()).isEqualTo(4);
        assertThat(message.getSummary().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(message.getSummary().getTimingsList()).containsExactly(prefill.toProto());
    }
}
