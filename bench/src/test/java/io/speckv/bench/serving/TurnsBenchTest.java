package io.speckv.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.bench.serving.TurnsBench.Kept;
import io.speckv.bench.serving.TurnsBench.Line;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenUsage;
import io.speckv.proto.v1.TurnRule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TurnsBenchTest {
    private static final TurnsBench.Conversation CONVERSATION = new TurnsBench.Conversation(
            4, 3, "abcdefghij", 25, Method.newBuilder().setName("specpc").build(), 70);

    /** A router of which a token is a character: frozen, it drops the places 3 and 5; together, those that are the turn's. */
    private static final class Scripted implements TurnsBench.Router {
        final List<GenerateRequest> requests = new ArrayList<>();

        @Override
        public void generate(GenerateRequest request, Consumer<GenerateResponse> receiver) {
            requests.add(request);
            int turn = request.getPrompt().getChat().getMessagesCount() / 2;
            boolean frozen = request.getProtection().getTurns() == TurnRule.TURN_RULE_FROZEN;
            int size = tokens(request.getPrompt()).size();
            GenerateFinished.Builder finished = GenerateFinished.newBuilder();
            CompressionReport.Builder report = finished.getCompressionBuilder();
            for (int i = 0; i < size && !request.getMethod().getName().equals("full"); i++) {
                if (i != (frozen ? 3 : 10 * turn) && (i != 5 || !frozen)) {
                    report.addKeptPositions(i);
                }
            }
            finished.setUsage(TokenUsage.newBuilder().setPromptTokenCount(size).setCachedTokenCount(turn));
            receiver.accept(GenerateResponse.newBuilder()
                    .setDelta(TokenDelta.newBuilder().setText("x"))
                    .build());
            receiver.accept(GenerateResponse.newBuilder().setFinished(finished).build());
        }

        @Override
        public List<Integer> tokens(Prompt prompt) {
            String text = prompt.getChat().getMessagesList().stream()
                    .map(message -> message.getContent() + "\n")
                    .collect(Collectors.joining());
            return text.chars().boxed().toList();
        }
    }

    @Test
    void whatStaysIsTheShareInFrontOfTheNextTurnsPrompt() {
        List<Line> frozen = new TurnsBench(new Scripted(), CONVERSATION).run(Kept.FROZEN);
        assertThat(frozen).extracting(Line::stays).startsWith(1.0, 1.0, 1.0);
        assertThat(frozen.get(3).stays()).isNaN();
        assertThat(frozen).extracting(Line::reusedTokens).containsExactly(1, 2, 3, 4);

        List<Line> together = new TurnsBench(new Scripted(), CONVERSATION).run(Kept.TOGETHER);
        assertThat(together.get(0).stays()).isLessThan(0.2);
        assertThat(new TurnsBench(new Scripted(), CONVERSATION).run(Kept.WHOLE))
                .extracting(Line::stays)
                .startsWith(1.0, 1.0, 1.0);
    }

    @Test
    void recentTurnsAreFrozenTurnsWithSoManyTokensVerbatim() {
        Scripted router = new Scripted();
        List<Line> unused = new TurnsBench(router, CONVERSATION).run(Kept.RECENT);
        assertThat(router.requests)
                .extracting(GenerateRequest::getProtection)
                .allMatch(asked -> asked.getTurns() == TurnRule.TURN_RULE_FROZEN && asked.getRecentTokens() == 70);
    }

    @Test
    void documentsComeEverySoManyTurnsCutFromTheTextInOrder() {
        Scripted router = new Scripted();
        List<Line> unused = new TurnsBench(router, CONVERSATION).run(Kept.TOGETHER);
        List<String> questions = router.requests.get(3).getPrompt().getChat().getMessagesList().stream()
                .filter(message -> message.getRole().equals("user"))
                .map(message -> message.getContent())
                .toList();
        assertThat(questions)
                .containsExactly(
                        "abcdefghijabcdefghijabcde\n\nWhat does part 0 say?",
                        "What does part 1 say?",
                        "What does part 2 say?",
                        "fghijabcdefghijabcdefghij\n\nWhat does part 3 say?");
    }
}
