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
import java.util.ArrayList;
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
        return kept(rig, request(messages, turns).build());
    }

    private static ExplainResponse explained(RouterRig rig, GenerateRequest request) {
        return rig.blocking()
                .explain(ExplainRequest.newBuilder()
                        .setPrompt(request.getPrompt())
                        .setMethod(request.getMethod())
                        .setProtection(request.getProtection())
                        .build());
    }

    private static String kept(RouterRig rig, GenerateRequest request) {
        ExplainResponse explained = explained(rig, request);
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

    private static String kept(RouterRig rig, int messages, int recentTokens) {
        return kept(
                rig, request(messages, TurnRule.TURN_RULE_FROZEN, recentTokens).build());
    }

    private static GenerateRequest.Builder request(int messages, TurnRule turns, int recentTokens) {
        GenerateRequest.Builder request = request(messages, turns);
        request.getProtectionBuilder().setRecentTokens(recentTokens);
        return request;
    }

    @Test
    void recentTurnsStayVerbatim() {
        try (RouterRig rig = rig()) {
            String whole = kept(rig, 6, 1000);
            assertThat(whole).contains(SYSTEM, DOCUMENT + "What is in it?", DOCUMENT + "And in this one?");
            assertThat(rig.draft.requests).as("the draft has nothing to do").isEmpty();
            CompressionReport report = explained(
                            rig, request(6, TurnRule.TURN_RULE_FROZEN, 1000).build())
                    .getCompression();
            assertThat(report.getRecentTokenCount()).isEqualTo(whole.length());
            assertThat(report.getFrozenTokenCount()).isZero();
        }
    }

    @Test
    void anAgedTurnIsKeptAsAFrozenOne() {
        try (RouterRig rig = rig()) {
            String frozen = kept(rig, 2, TurnRule.TURN_RULE_FROZEN);
            String aged = kept(rig, 6, 300);
            assertThat(aged)
                    .startsWith(frozen + "This and that.;[user]Is it so?")
                    .contains(DOCUMENT + "And in this one?")
                    .doesNotContain(DOCUMENT + "What is in it?");
            CompressionReport report = explained(
                            rig, request(6, TurnRule.TURN_RULE_FROZEN, 300).build())
                    .getCompression();
            assertThat(report.getFrozenTokenCount() + report.getRecentTokenCount())
                    .isEqualTo(aged.length());
            assertThat(report.getRecentTokenCount()).isBetween(DOCUMENT.length(), 300);
        }
    }

    @Test
    void withoutRecentTokensNothingChanges() {
        try (RouterRig rig = rig()) {
            for (int messages = 2; messages <= TURNS.size(); messages += 2) {
                assertThat(kept(rig, messages, 0)).isEqualTo(kept(rig, messages, TurnRule.TURN_RULE_FROZEN));
            }
        }
    }

    /** Short turns and now and then a document; what is kept stays within a budget a long turn, and the recent tokens. */
    @Test
    void aConversationIsReusedButWhereTurnsAge() {
        int recent = 300;
        List<ChatMessage> chat = new ArrayList<>();
        int changed = 0;
        int documents = 0;
        try (RouterRig rig = rig()) {
            String before = "";
            for (int turn = 0; turn < 18; turn++) {
                boolean document = turn % 7 == 0;
                documents += document ? 1 : 0;
                chat.add(message("user", (document ? DOCUMENT : "") + "Question " + turn + "?"));
                GenerateRequest.Builder request = request(2, TurnRule.TURN_RULE_FROZEN, recent);
                request.getPromptBuilder().getChatBuilder().clearMessages().addAllMessages(chat);
                String now = kept(rig, request.build());
                String answer = "Answer " + turn + ".";
                boolean goesOn = now.startsWith(before);
                changed += goesOn ? 0 : 1;
                int settled = explained(rig, request.build()).getCompression().getFrozenTokenCount();
                assertThat(now.length() - settled).as("recent at turn " + turn).isLessThanOrEqualTo(recent);
                int shortTurns = 45 * turn;
                assertThat(settled).as("aged at turn " + turn).isLessThanOrEqualTo(documents * BUDGET + shortTurns);
                chat.add(message("assistant", answer));
                before = now + answer;
            }
        }
        assertThat(changed).as("turns at which a document aged").isBetween(2, 3);
    }

    @Test
    void aRouterCanKeepRecentTurnsWhereItsRequestsDoNotSay() {
        try (RouterRig rig = rig("--protection.turns=frozen", "--protection.recent-tokens=1000")) {
            GenerateRequest.Builder request = request(6, TurnRule.TURN_RULE_UNSPECIFIED);
            assertThat(explained(rig, request.build()).getCompression().getRecentTokenCount())
                    .isPositive();
            request.getProtectionBuilder().setRecentTokens(0);
            assertThat(explained(rig, request.build()).getCompression().getRecentTokenCount())
                    .isZero();
        }
    }

    @Test
    void recentTokensNeedFrozenTurns() {
        try (RouterRig rig = rig()) {
            Throwable refused = catchThrowable(
                    () -> rig.once(request(6, TurnRule.TURN_RULE_TOGETHER, 100).build()));
            assertThat(RemoteFailure.of(refused).orElseThrow().fields())
                    .containsExactly("request.protection.recent_tokens");
            assertThat(refused).hasMessageContaining("needs turns to be frozen");
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
