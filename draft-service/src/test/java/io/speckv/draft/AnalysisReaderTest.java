package io.speckv.draft;

import static io.speckv.draft.LoopbackDraft.prompt;
import static io.speckv.draft.LoopbackDraft.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.TextFormat;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.SamplingSettings;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link AnalysisReader} takes of a request, through a draft that takes 50 prompt tokens and drafts 8. */
class AnalysisReaderTest {
    private static final LoopbackDraft DRAFT =
            LoopbackDraft.start("llama-draft", "--limits.prompt-tokens=50", "--limits.lookahead-tokens=8");

    @AfterAll
    static void stop() {
        DRAFT.close();
    }

    private static AnalyseRequest with(String fields) {
        AnalyseRequest.Builder request =
                request(prompt(20)).setSampling(SamplingSettings.newBuilder().setIgnoreEos(true));
        try {
            TextFormat.merge(fields, request);
        } catch (TextFormat.ParseException e) {
            throw new AssertionError(fields, e);
        }
        return request.build();
    }

    private static RemoteFailure refusal(AnalyseRequest request) {
        return RemoteFailure.of(catchThrowable(() -> DRAFT.analyse(request))).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        scoring: {}                       | scoring.window_size is missing, must be at least 1
        scoring: {window_size: 0}         | scoring.window_size is 0, must be 1 to 2147483647
        scoring: {window_size: 4294967295} | scoring.window_size is 4294967295, must be 1 to 2147483647
        scoring: {window_size: 1 mean_pool_kernel: 0} | scoring.mean_pool_kernel is 0, must be 1 to 50
        scoring: {window_size: 1 mean_pool_kernel: 4} | scoring.mean_pool_kernel is 4, must be odd
        scoring: {window_size: 1 mean_pool_kernel: 51} | scoring.mean_pool_kernel is 51, must be 1 to 50
        scoring: {window_size: 1 starting_layer_index: 2} | scoring.starting_layer_index is 2, must be 0 to 1
        scoring: {window_size: 1 over_queries: 9}  | scoring.over_queries is 9, must be unset or one of REDUCTION_MAX (1), REDUCTION_MEAN (2), REDUCTION_SUM (3)
        scoring: {window_size: 1 within_step: 9}   | scoring.within_step is 9, must be unset or one of REDUCTION_MAX (1), REDUCTION_MEAN (2), REDUCTION_SUM (3)
        scoring: {window_size: 1 across_steps: 9}  | scoring.across_steps is 9, must be unset or one of REDUCTION_MAX (1), REDUCTION_MEAN (2), REDUCTION_SUM (3)
        scoring: {window_size: 1 lookahead_tokens: 0} | scoring.lookahead_tokens is 0, must be 1 to 8
        scoring: {window_size: 1 lookahead_tokens: 9} | scoring.lookahead_tokens is 9, must be 1 to 8
        scoring: {window_size: 1 lookahead_tokens: 3} lookahead_tokens: 6 | lookahead_tokens is 6, must be 0 to 5
        lookahead_tokens: 9               | lookahead_tokens is 9, must be 0 to 8
        lookahead_time_limit: {}          | lookahead_time_limit is 0, must be above 0
        lookahead_time_limit: {seconds: -1} | lookahead_time_limit must be a valid duration of at least 0
        """)
    void whatIsOutOfRangeIsNamedWithItsRange(String fields, String message) {
        RemoteFailure failure = refusal(with(fields));

        assertThat(failure.code()).contains(FailureCode.FIELD_INVALID);
        assertThat(failure.message()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        scoring: {window_size: 2147483647} | 1
        scoring: {window_size: 1 mean_pool_kernel: 49 starting_layer_index: 1} | 1
        scoring: {window_size: 1 lookahead_tokens: 8} | 8
        scoring: {window_size: 1 lookahead_tokens: 3} lookahead_tokens: 5 | 8
        scoring: {window_size: 1 over_queries: REDUCTION_SUM within_step: REDUCTION_MEAN across_steps: REDUCTION_MAX} | 1
        lookahead_tokens: 8               | 8
        lookahead_time_limit: {seconds: 315576000000} | 0
        """)
    void whatIsAtTheEndOfItsRangeIsTaken(String fields, int drafted) {
        List<AnalyseResponse> answer = DRAFT.analyse(with(fields));

        assertThat(answer).filteredOn(AnalyseResponse::hasImportance).hasSize(fields.contains("scoring") ? 1 : 0);
        assertThat(LoopbackDraft.lookahead(answer)).hasSize(drafted);
    }

    /** What is a little too long is counted to its end, so that the caller learns its length. */
    @Test
    void aTextThatIsTooLongIsRefusedWithItsTokensAsFarAsTheyAreCounted() {
        RemoteFailure little =
                refusal(AnalyseRequest.newBuilder().setText("x".repeat(60)).build());
        assertThat(little.code()).contains(FailureCode.PROMPT_TOO_LONG);
        assertThat(little.message()).matches("text has 6[0-9] tokens, must have at most 50");
        assertThat(little.metadata()).containsEntry("most_tokens", "50").containsKey("needed_tokens");

        RemoteFailure much =
                refusal(AnalyseRequest.newBuilder().setText("x".repeat(70_000)).build());
        assertThat(much.code()).contains(FailureCode.PROMPT_TOO_LONG);
        assertThat(much.message()).isEqualTo("text has more than 65536 tokens, must have at most 50");
        assertThat(much.fields()).containsExactly("text");
    }

    @Test
    void aSpelledControlTokenInATextIsText() {
        List<AnalyseResponse> answer =
                DRAFT.analyse(AnalyseRequest.newBuilder().setText("</s>").build());

        assertThat(answer.get(0).getPrompt().getTokens().getIdsCount()).isGreaterThanOrEqualTo(4);
    }
}
