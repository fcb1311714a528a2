package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.DetokenizeRequest;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.ReportSettings;
import io.speckv.proto.v1.TokenIds;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What of a prompt's text a choice respects, and how an answer's report and an {@code Explanation} tell it. A token is a
 * character here, and so is each of the mark's five.
 */
class MarksAndLinesTest {
    private static final int BUDGET = 60;
    private static final String CODE = "int first = 1;\nint second = 2;\nint third = 3;\nint fourth = 4;\n";
    private static final String TEXT = "What follows is code, and then a question.\n\n" + CODE
            + "\nWhat is the name of the second one, and what is its value?";
    private static final int SECOND = TEXT.indexOf("second");
    private static final int FOLLOWS = TEXT.indexOf("follows");

    @TempDir
    Path folder;

    private RouterRig rig() {
        RouterRig rig = RouterRig.start(ChatModels.flag(folder, ChatModels.WITH_TOOLS));
        rig.draft.script = (request, observer) -> {
            float[] scores = new float[request.getTokenIds().getIdsCount()];
            scores[SECOND] = 2;
            scores[FOLLOWS] = 1;
            observer.onNext(FakeDraft.scores(scores));
            observer.onNext(FakeDraft.lookahead(0, 10));
            observer.onNext(FakeDraft.summary(scores.length, 1));
            observer.onCompleted();
        };
        rig.target.calls.clear();
        rig.otherTarget.calls.clear();
        return rig;
    }

    /** The end of the prompt stays, and of the rest one token at a time, by its score. */
    private static GenerateRequest request(Map<String, Object> text) {
        Map<String, Object> settings = new TreeMap<>(text);
        settings.put("max_capacity_prompt", BUDGET);
        settings.put("window_size", 20);
        settings.put("kernel_size", 1);
        settings.put("neighbor_tokens", 0);
        return RouterRig.request("specpc")
                .setPrompt(Prompt.newBuilder().setText(TEXT).setAddSpecialTokens(false))
                .setMethod(MethodSettings.toProto("specpc", settings))
                .setReport(ReportSettings.newBuilder().setKeptPositions(true))
                .build();
    }

    private static String read(RouterRig rig, List<Integer> tokens) {
        return rig.blocking()
                .detokenize(DetokenizeRequest.newBuilder()
                        .setTokens(TokenIds.newBuilder().addAllIds(tokens))
                        .build())
                .getText();
    }

    private static List<Integer> targetReads(RouterRig rig) {
        return rig.target.calls.element().start().getPrompt().getTokenIdsList();
    }

    private static String kept(CompressionReport report) {
        return report.getKeptPositionsList().stream()
                .map(position -> TEXT.substring(position, position + 1))
                .collect(Collectors.joining());
    }

    @Test
    void aLineOfCodeStaysWhole() {
        try (RouterRig rig = rig()) {
            GenerateFinished finished =
                    rig.once(request(Map.of("whole_lines", true))).getFinished();
            assertThat(kept(finished.getCompression())).contains("int second = 2;\n");
            assertThat(finished.getUsage().getKeptTokenCount()).isLessThanOrEqualTo(BUDGET);
            assertThat(kept(rig.once(request(Map.of())).getFinished().getCompression()))
                    .doesNotContain("int second = 2;\n");
        }
    }

    @Test
    void theTargetReadsAMarkWhereTextIsMissingAndTheReportTellsThemApart() {
        try (RouterRig rig = rig()) {
            GenerateFinished finished = rig.once(request(Map.of("marks", true, "whole_lines", true)))
                    .getFinished();
            CompressionReport report = finished.getCompression();
            String read = read(rig, targetReads(rig));
            assertThat(read).contains("[...]int second = 2;\n[...]").endsWith("what is its value?");
            assertThat(read.replace("[...]", "")).isEqualTo(kept(report));
            assertThat(report.getMarkTokenCount()).isEqualTo(read.length() - report.getKeptPositionsCount());
            assertThat(finished.getUsage().getKeptTokenCount())
                    .isEqualTo(read.length())
                    .isLessThanOrEqualTo(BUDGET);
        }
    }

    @Test
    void anExplanationTellsInWhichTokensPlacesMarksAre() {
        try (RouterRig rig = rig()) {
            GenerateRequest request = request(Map.of("marks", true, "whole_lines", true));
            var unused = rig.once(request);
            String read = read(rig, targetReads(rig));
            ExplainResponse explained = rig.blocking()
                    .explain(ExplainRequest.newBuilder()
                            .setPrompt(request.getPrompt())
                            .setMethod(request.getMethod())
                            .build());
            StringBuilder told = new StringBuilder();
            int ofMark = 0;
            for (int i = 0; i < TEXT.length(); i++) {
                if (explained.getMarked(i)) {
                    told.append("[...]".charAt(ofMark++ % 5));
                } else if (explained.getKept(i)) {
                    told.append(TEXT.charAt(i));
                }
            }
            assertThat(told).hasToString(read);
            assertThat(ofMark).isEqualTo(explained.getCompression().getMarkTokenCount());
        }
    }

    @Test
    void withoutTheSettingsNothingChanges() {
        try (RouterRig rig = rig()) {
            CompressionReport report = rig.once(request(Map.of())).getFinished().getCompression();
            assertThat(read(rig, targetReads(rig))).isEqualTo(kept(report));
            assertThat(report.getMarkTokenCount()).isZero();
        }
    }
}
