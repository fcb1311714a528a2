package io.speckv.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.CheckpointException;
import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.AttentionScoring;
import io.speckv.proto.v1.DraftServiceDescribeRequest;
import io.speckv.proto.v1.SamplingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that make a draft cheaper: a trimmed vocabulary and int8 weights. */
@Tag("numerics")
class CheaperDraftTest {
    private static final LoopbackDraft WHOLE = LoopbackDraft.start("llama-draft");
    private static final AnalyseRequest REQUEST = LoopbackDraft.request(LoopbackDraft.prompt(120))
            .setScoring(AttentionScoring.newBuilder().setWindowSize(8))
            .setLookaheadTokens(20)
            .setSampling(SamplingSettings.newBuilder().setIgnoreEos(true))
            .build();

    @TempDir
    Path folder;

    @AfterAll
    static void stop() {
        WHOLE.close();
    }

    private static float[] scores(List<AnalyseResponse> answer) {
        return answer.stream()
                .filter(AnalyseResponse::hasImportance)
                .map(message -> ScoreVectors.fromProto(message.getImportance(), "importance"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTrimmedVocabularyBoundsTheLookaheadAndLeavesTheScores() throws IOException {
        String ids = IntStream.range(0, 264)
                .filter(id -> id % 5 == 2)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining("\n"));
        Path list = Files.writeString(folder.resolve("vocabulary.txt"), ids);
        List<AnalyseResponse> whole = WHOLE.analyse(REQUEST);
        try (LoopbackDraft trimmed = LoopbackDraft.start("llama-draft", "--vocabulary.file=" + list)) {
            List<AnalyseResponse> answer = trimmed.analyse(REQUEST);

            assertThat(scores(answer)).containsExactly(scores(whole));
            assertThat(Arrays.stream(LoopbackDraft.lookahead(answer)))
                    .hasSize(21)
                    .allMatch(token -> token % 5 == 2);
            assertThat(Arrays.stream(LoopbackDraft.lookahead(whole))).anyMatch(token -> token % 5 != 2);
        }
    }

    @Test
    void aWrongListStopsTheStartNamingFileAndLine() throws IOException {
        Path list = Files.writeString(folder.resolve("vocabulary.txt"), "3\n3\n");

        assertThatThrownBy(() -> LoopbackDraft.start("llama-draft", "--vocabulary.file=" + list))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(list.toString())
                .hasMessageContaining("line 2");
    }

    @Test
    void int8WeightsScoreNearlyAsFloat32Does() {
        float[] exact = scores(WHOLE.analyse(REQUEST));
        try (LoopbackDraft int8 = LoopbackDraft.start("llama-draft", "--model.dtype=int8")) {
            assertThat(int8.blocking()
                            .describe(DraftServiceDescribeRequest.getDefaultInstance())
                            .getModel()
                            .getDtype())
                    .isEqualTo("int8");
            List<AnalyseResponse> answer = int8.analyse(REQUEST);

            assertThat(LoopbackDraft.lookahead(answer)).hasSize(21);
            assertThat(scores(answer)).isNotEqualTo(exact).containsExactly(exact, within(0.05f));
        }
    }
}
