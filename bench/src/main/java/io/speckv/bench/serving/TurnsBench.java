package io.speckv.bench.serving;

import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.Protection;
import io.speckv.proto.v1.ReportSettings;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TurnRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Asks conversations turn by turn, and measures two things: how much of what the target read is again at the beginning of what
 * it reads a turn later, and the time to the first token. Answers are a fixed text, so that every way of keeping turns gets the
 * same conversation.
 */
public final class TurnsBench {
    private static final String ANSWER = "I have read it, and will answer what is asked about it.";
    private static final int ANSWER_TOKENS = 4;

    private final Router router;
    private final Conversation conversation;

    /** A running router. */
    public interface Router {
        /** Passes on the messages of an answer as they come. */
        void generate(GenerateRequest request, Consumer<GenerateResponse> receiver);

        /** Returns the tokens of a prompt. */
        List<Integer> tokens(Prompt prompt);
    }

    /** How turns before the last one reach the target. */
    public enum Kept {
        /** Whole: no compression, only the target's prefix cache. */
        WHOLE,
        TOGETHER,
        FROZEN,
        /** Frozen, except the most recent turns, which stay whole. */
        RECENT
    }

    /**
     * A conversation to be asked.
     *
     * @param turns at least 1
     * @param every a question with a document comes every so many turns, at least 1
     * @param text that documents are cut from in order, beginning again at its end
     * @param documentChars length of each
     * @param method that compresses
     * @param recentTokens most tokens of the recent turns in {@link Kept#RECENT}
     */
    public record Conversation(int turns, int every, String text, int documentChars, Method method, int recentTokens) {
        public Conversation {
            if (turns < 1 || every < 1 || documentChars < 1 || text.isEmpty()) {
                throw new IllegalArgumentException(
                        "turns, every and the length of documents must be at least 1, and there must be a text");
            }
        }

        private String question(int turn) {
            String question = "What does part " + turn + " say?";
            if (turn % every != 0) {
                return question;
            }
            StringBuilder document = new StringBuilder();
            int at = turn / every * documentChars;
            while (document.length() < documentChars) {
                document.append(text.charAt(at++ % text.length()));
            }
            return document.append("\n\n").append(question).toString();
        }
    }

    /**
     * One turn.
     *
     * @param stays share of its kept prompt with which the next turn's prompt begins; not a number for the last turn
     * @param reusedTokens tokens that the target had in its prefix cache
     */
    public record Line(
            int turn, int promptTokens, int keptTokens, double stays, int reusedTokens, double firstTokenSeconds) {}

    /** Creates a benchmark of one conversation. */
    public TurnsBench(Router router, Conversation conversation) {
        this.router = router;
        this.conversation = conversation;
    }

    /** Asks the whole conversation. */
    public List<Line> run(Kept kept) {
        List<ChatMessage> messages = new ArrayList<>();
        // Each way begins its conversation differently, so that it finds nothing in the cache from another way.
        messages.add(message(
                "system", "Conversation " + kept.name().toLowerCase(Locale.ROOT) + ". Answer in one sentence."));
        List<Line> lines = new ArrayList<>();
        List<Integer> before = List.of();
        for (int turn = 0; turn < conversation.turns; turn++) {
            messages.add(message("user", conversation.question(turn)));
            Prompt prompt = Prompt.newBuilder()
                    .setChat(Chat.newBuilder().addAllMessages(messages))
                    .build();
            Timed answer = ask(request(kept, prompt));
            List<Integer> read = read(prompt, answer.finished.getCompression());
            if (turn > 0) {
                lines.set(turn - 1, withStays(lines.get(turn - 1), before, read));
            }
            lines.add(new Line(
                    turn,
                    answer.finished.getUsage().getPromptTokenCount(),
                    answer.finished.getUsage().getKeptTokenCount(),
                    Double.NaN,
                    answer.finished.getUsage().getCachedTokenCount(),
                    answer.firstTokenSeconds));
            before = read;
            messages.add(message("assistant", ANSWER));
        }
        return lines;
    }

    private GenerateRequest request(Kept kept, Prompt prompt) {
        Method method = kept == Kept.WHOLE ? Method.newBuilder().setName("full").build() : conversation.method;
        return GenerateRequest.newBuilder()
                .setPrompt(prompt)
                .setMethod(method)
                .setProtection(protection(kept))
                .setReport(ReportSettings.newBuilder().setKeptPositions(true))
                .setSampling(SamplingSettings.newBuilder()
                        .setMaxNewTokens(ANSWER_TOKENS)
                        .setIgnoreEos(true))
                .build();
    }

    private Protection protection(Kept kept) {
        return switch (kept) {
            case WHOLE, TOGETHER ->
                Protection.newBuilder().setTurns(TurnRule.TURN_RULE_TOGETHER).build();
            case FROZEN, RECENT ->
                Protection.newBuilder()
                        .setTurns(TurnRule.TURN_RULE_FROZEN)
                        .setRecentTokens(kept == Kept.RECENT ? conversation.recentTokens : 0)
                        .build();
        };
    }

    private record Timed(GenerateFinished finished, double firstTokenSeconds) {}

    private Timed ask(GenerateRequest request) {
        long began = System.nanoTime();
        long[] first = {0};
        GenerateFinished[] finished = {GenerateFinished.getDefaultInstance()};
        router.generate(request, message -> {
            if (message.hasDelta() && first[0] == 0) {
                first[0] = System.nanoTime();
            } else if (message.hasFinished()) {
                finished[0] = message.getFinished();
            }
        });
        return new Timed(finished[0], (first[0] - began) / 1e9);
    }

    /** Returns the tokens that the target read. */
    private List<Integer> read(Prompt prompt, CompressionReport report) {
        List<Integer> tokens = router.tokens(prompt);
        return report.getKeptPositionsCount() == 0
                ? tokens
                : report.getKeptPositionsList().stream().map(tokens::get).toList();
    }

    private static Line withStays(Line line, List<Integer> read, List<Integer> next) {
        int stays = 0;
        while (stays < read.size() && stays < next.size() && read.get(stays).equals(next.get(stays))) {
            stays++;
        }
        return new Line(
                line.turn,
                line.promptTokens,
                line.keptTokens,
                (double) stays / read.size(),
                line.reusedTokens,
                line.firstTokenSeconds);
    }

    private static ChatMessage message(String role, String content) {
        return ChatMessage.newBuilder().setRole(role).setContent(content).build();
    }
}
