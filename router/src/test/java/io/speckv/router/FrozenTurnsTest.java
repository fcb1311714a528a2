package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.stub.StreamObserver;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.Protection;
import io.speckv.proto.v1.StageSettings;
import io.speckv.proto.v1.TurnRule;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old turns of a chat stay as they were kept. A token is a character here; the draft's scores are those of all that it read. */
class FrozenTurnsTest {
    private static final int BUDGET = 60;
    private static final String SYSTEM = "Be brief.";
    private static final String DOCUMENT = "A long document in which one thing or other is said. ".repeat(3);
    private static final List<ChatMessage> TURNS = List.of(
            message("system", SYSTEM),
            message("user", DOCUMENT + "What is in it?"),
            message("assistant", "This and that."),
            message("user", "Is it so?"),
            message("assistant", "It is."),
            message("user", DOCUMENT + "And in this one?"),
            message("assistant", "The same."),
            message("user", DOCUMENT.toUpperCase(Locale.ROOT)));

    @TempDir
    Path folder;

    private static ChatMessage message(String role, String content) {
        return ChatMessage.newBuilder().setRole(role).setContent(content).build();
    }

    private static GenerateRequest.Builder request(int messages, TurnRule turns) {
        return RouterRig.request("specpc")
                .setPrompt(Prompt.newBuilder().setChat(Chat.newBuilder().addAllMessages(TURNS.subList(0, messages))))
                .setMethod(Method.newBuilder()
                        .setName("specpc")
                        .setSettings(StageSettings.newBuilder()
                                .setMaxCapacityPrompt(BUDGET)
                                .setWindowSize(2)
                                .setKernelSize(1)
                                .setNeighborTokens(0)))
                .setProtection(Protection.newBuilder().setTurns(turns));
    }

    private RouterRig rig(String... flags) {
        String model = ChatModels.flag(folder, ChatModels.WITH_TOOLS);
        RouterRig rig = RouterRig.start(
                Stream.concat(Stream.of(model), Stream.of(flags)).toArray(String[]::new));
        rig.draft.script = FrozenTurnsTest::scoresOfAllThatWasRead;
        rig.draft.requests.clear();
        return rig;
    }

    private static void scoresOfAllThatWasRead(AnalyseRequest request, StreamObserver<AnalyseResponse> observer) {
        List<Integer> read = request.getTokenIds().getIdsList();
        Random random = new Random(read.hashCode());
        float[] scores = new float[read.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextFloat();
        }
        observer.onNext(FakeDraft.scores(scores));
        observer.onNext(FakeDraft.lookahead(0, 10));
        observer.onNext(FakeDraft.summary(scores.length, 1));
        observer.onCompleted();
    }

    /** What the target gets to read of the chat's first messages. */
    private static String kept(RouterRig rig, int messages, TurnRule turns) {
        GenerateRequest request = request(messages, turns).build();
        ExplainResponse explained = rig.blocking()
                .explain(ExplainRequest.newBuilder()
                        .setPrompt(request.getPrompt())
                        .setMethod(request.getMethod())
                        .setProtection(request.getProtection())
                        .build());
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < explained.getKeptCount(); i++) {
            kept.append(explained.getKept(i) ? explained.getText().substring(i, i + 1) : "");
        }
        return kept.toString();
    }

    @Test
    void whatIsKeptBeginsWithWhatWasKeptATurnAgoAndItsAnswer() {
        try (RouterRig rig = rig()) {
            String before = kept(rig, 2, TurnRule.TURN_RULE_FROZEN);
            for (int messages = 4; messages <= TURNS.size(); messages += 2) {
                String now = kept(rig, messages, TurnRule.TURN_RULE_FROZEN);
                String answer = TURNS.get(messages - 2).getContent();
                assertThat(now).startsWith(before + answer + ";[user]");
                before = now;
            }
            assertThat(before).contains(SYSTEM, "[user]Is it so?;[assistant]It is.");
            assertThat(kept(rig, 4, TurnRule.TURN_RULE_TOGETHER))
                    .as("compressed together, the first turn is kept otherwise")
                    .doesNotStartWith(kept(rig, 2, TurnRule.TURN_RULE_TOGETHER));
        }
    }

    @Test
    void everyLongTurnHasTheMethodsBudget() {
        try (RouterRig rig = rig()) {
            String first = kept(rig, 2, TurnRule.TURN_RULE_FROZEN);
            String third = kept(rig, 6, TurnRule.TURN_RULE_FROZEN);
            assertThat(first).hasSize(BUDGET);
            assertThat(third.length() - third.indexOf("It is.") - "It is.".length())
                    .isEqualTo(BUDGET);
        }
    }

    @Test
    void theDraftReadsLongTurnsAloneAndWhatWasKeptBeforeThem() {
        try (RouterRig rig = rig()) {
            String before = kept(rig, 4, TurnRule.TURN_RULE_FROZEN);
            assertThat(rig.draft.requests).as("the second turn is short").hasSize(1);
            rig.draft.requests.clear();

            String now = kept(rig, 6, TurnRule.TURN_RULE_FROZEN);
            assertThat(rig.draft.requests).hasSize(2);
            rig.draft.requests.remove();
            int unread = now.length() - before.length() - "It is.".length() - BUDGET;
            assertThat(unread)
                    .as("the last turn has %s of its tokens left", BUDGET)
                    .isZero();
            assertThat(rig.draft.requests.element().getTokenIds().getIdsCount())
                    .isEqualTo(before.length()
                            + "It is.".length()
                            + (";[user]" + DOCUMENT + "And in this one?;[assistant]").length());
        }
    }

    @Test
    void aTurnOfWhichTheTemplateWritesNothingIsPartOfTheOneBefore() {
        List<ChatMessage> messages =
                List.of(message("user", DOCUMENT), message("assistant", "Yes."), message("user", ""));
        String model = ChatModels.flag(folder, "{% for message in messages %}{{ message.content }}{% endfor %}");
        try (RouterRig rig = RouterRig.start(model)) {
            GenerateRequest.Builder request = request(2, TurnRule.TURN_RULE_FROZEN);
            request.getPromptBuilder().getChatBuilder().clearMessages().addAllMessages(messages);
            assertThat(rig.once(request.build()).getFinished().getUsage().getKeptTokenCount())
                    .isEqualTo(BUDGET);
        }
    }

    @Test
    void whereAnalysesAreKeptTheDraftReadsTheLastTurnAlone() {
        try (RouterRig rig = rig("--analysis-cache=1MiB")) {
            AnalysisReuseTest.weights(rig, "w1");
            String atOnce = kept(rig, 6, TurnRule.TURN_RULE_FROZEN);
            assertThat(rig.draft.requests).hasSize(2);

            AnalysisReuseTest.weights(rig, "w2");
            var unused = kept(rig, 4, TurnRule.TURN_RULE_FROZEN);
            rig.draft.requests.clear();
            assertThat(kept(rig, 6, TurnRule.TURN_RULE_FROZEN)).isEqualTo(atOnce);
            assertThat(rig.draft.requests).as("the first turn was read before").hasSize(1);
        }
    }

    @Test
    void theReportCountsWhatStoodInOldTurns() {
        try (RouterRig rig = rig()) {
            int before = kept(rig, 2, TurnRule.TURN_RULE_FROZEN).length();
            CompressionReport report = report(rig, request(4, TurnRule.TURN_RULE_FROZEN));
            assertThat(report.getFrozenTokenCount()).isEqualTo(before + "This and that.".length());
            assertThat(report(rig, request(4, TurnRule.TURN_RULE_TOGETHER)).getFrozenTokenCount())
                    .isZero();
        }
    }

    private static CompressionReport report(RouterRig rig, GenerateRequest.Builder request) {
        return rig.once(request.build()).getFinished().getCompression();
    }

    @Test
    void aRouterCanFreezeWhereItsRequestsDoNotSay() {
        try (RouterRig rig = rig("--protection.turns=frozen")) {
            assertThat(report(rig, request(4, TurnRule.TURN_RULE_UNSPECIFIED)).getFrozenTokenCount())
                    .isPositive();
            GenerateRequest.Builder paper = request(4, TurnRule.TURN_RULE_UNSPECIFIED);
            paper.getMethodBuilder().setPreset("paper");
            assertThat(report(rig, paper).getFrozenTokenCount()).isZero();

            paper.getProtectionBuilder().setTurns(TurnRule.TURN_RULE_FROZEN);
            Throwable refused = catchThrowable(() -> rig.once(paper.build()));
            assertThat(RemoteFailure.of(refused).orElseThrow().fields()).containsExactly("request.protection.turns");
        }
    }
}
