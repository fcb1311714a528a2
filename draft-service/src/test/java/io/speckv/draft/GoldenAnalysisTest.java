package io.speckv.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.engine.GoldenRun;
import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.ScoreEncoding;
import io.speckv.proto.v1.Stage;
import io.speckv.proto.v1.StageTiming;
import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the draft service says about the golden prompts is what the reference's draft says. */
class GoldenAnalysisTest {
    private static final int OUTPUT_TOKENS = 12;
    private static final Map<String, LoopbackDraft> DRAFTS = new HashMap<>();

    static Stream<GoldenRun> runs() {
        return GoldenRun.all().stream();
    }

    @AfterAll
    static void stop() {
        DRAFTS.values().forEach(LoopbackDraft::close);
    }

    private static LoopbackDraft draft(GoldenRun run) {
        return DRAFTS.computeIfAbsent(run.draft().getFileName().toString(), LoopbackDraft::start);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void scoresAndDraftsForSpecPc(GoldenRun run) {
        JsonNode golden = run.method("specpc");
        List<AnalyseResponse> answer = draft(run).analyse(request(run, "specpc").build());

        assertThat(scores(answer)).containsExactly(GoldenRun.floats(golden.get("scores")), within(1e-5f));
        assertThat(LoopbackDraft.lookahead(answer)).isEqualTo(GoldenRun.ints(golden.get("lookahead")));
        var summary = answer.get(answer.size() - 1).getSummary();
        assertThat(summary.getPromptTokenCount()).isEqualTo(run.prompt().length);
        assertThat(summary.getTimingsList())
                .extracting(StageTiming::getStage)
                .containsExactly(Stage.STAGE_DRAFT_QUEUE, Stage.STAGE_DRAFT_PREFILL, Stage.STAGE_DRAFT_LOOKAHEAD);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void draftsForSpecKvWithoutScores(GoldenRun run) {
        List<AnalyseResponse> answer = draft(run).analyse(request(run, "speckv").build());

        assertThat(LoopbackDraft.lookahead(answer))
                .isEqualTo(GoldenRun.ints(run.method("speckv").get("lookahead")));
        assertThat(answer).noneMatch(AnalyseResponse::hasImportance);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void sendsHalfPrecisionScoresThatAreAsGoodAsTheyCanBe(GoldenRun run) {
        List<AnalyseResponse> answer = draft(run)
                .analyse(request(run, "specpc")
                        .setScoreEncoding(ScoreEncoding.SCORE_ENCODING_FLOAT16)
                        .build());

        float[] expected = GoldenRun.floats(run.method("specpc").get("scores"));
        float[] found = scores(answer);
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).isCloseTo(expected[i], within(1e-5f + expected[i] * 0x1p-11f));
        }
    }

    private static AnalyseRequest.Builder request(GoldenRun run, String method) {
        Map<String, Object> settings =
                new ObjectMapper().convertValue(run.method(method).get("config"), new TypeReference<>() {});
        Method read = Methods.of(method, settings);
        DraftWork work = read.draftWork(run.prompt().length, OUTPUT_TOKENS);
        AnalyseRequest.Builder request = LoopbackDraft.request(run.prompt())
                .setSampling(SamplingSettings.newBuilder().setIgnoreEos(true));
        var scoring = work.scoring();
        if (scoring == null) {
            return request.setLookaheadTokens(work.lookaheadTokens());
        }
        return request.setScoring(LoopbackDraft.scoring(scoring))
                .setLookaheadTokens(work.lookaheadTokens() - scoring.lookaheadFor(OUTPUT_TOKENS));
    }

    private static float[] scores(List<AnalyseResponse> answer) {
        return answer.stream()
                .filter(AnalyseResponse::hasImportance)
                .map(message -> ScoreVectors.fromProto(message.getImportance(), "importance"))
                .reduce((first, second) -> {
                    throw new AssertionError("scores came twice");
                })
                .orElseThrow();
    }
}
