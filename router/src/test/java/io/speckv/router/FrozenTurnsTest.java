package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.TurnRule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Old turns of a chat stay as they were kept. */
class FrozenTurnsTest extends ChatOfTurns {
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
