package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.TurnRule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The latest turns of a chat stay verbatim, and become frozen ones as they age. */
class RecentTokensTest extends ChatOfTurns {
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
}
