package io.speckv.http.answer;

import io.speckv.answers.AnswerParser;
import io.speckv.answers.AnswerPart;
import io.speckv.answers.AnswerSyntax;
import io.speckv.answers.CallFormat;
import io.speckv.answers.ReasoningMarks;
import io.speckv.http.request.Generation;
import io.speckv.http.request.OfferedTools;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.AnswerPiece;
import io.speckv.proto.v1.AnswerPieces;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateStarted;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One choice of an answer as far as it has come: its text, its reasoning and its calls. */
public final class ReadChoice {
    private final int index;
    private final Generation generation;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();
    private final List<AnswerPart> parts = new ArrayList<>();
    private final StringBuilder arguments = new StringBuilder();
    private boolean dropping;
    private TokenDelta.Builder logprobs = TokenDelta.newBuilder();
    /** Of each part; only of texts there are any. */
    private final List<List<TokenLogprobs>> tokens = new ArrayList<>();

    private final @Nullable MessageTokens messageTokens;
    private AnswerParser reader = new AnswerParser(AnswerSyntax.PLAIN, io.speckv.answers.ToolTypes.NONE);
    private ReasoningTokens reasoningTokens = ReasoningTokens.NONE;
    private int begun;
    private GenerateStarted started = GenerateStarted.getDefaultInstance();
    private GenerateFinished finished = GenerateFinished.getDefaultInstance();

    public ReadChoice(int index, Generation generation) {
        this.index = index;
        this.generation = generation;
        this.messageTokens = generation.tellsMessageTokens() ? new MessageTokens() : null;
    }

    /** Takes the start of the choice; returns the parts of the beginning that the answer was given. */
    public List<AnswerPart> start(GenerateStarted start) {
        started = start;
        AnswerMarks marks = start.getAnswerMarks();
        reader = new AnswerParser(syntax(marks), generation.tools().types(), argumentsStream(marks));
        reasoningTokens = new ReasoningTokens(marks);
        if (messageTokens != null) {
            messageTokens.begin(marks.getPrefix());
        }
        return taken(reader.read(marks.getPrefix()));
    }

    private boolean argumentsStream(AnswerMarks marks) {
        return generation.tools().argumentsStream().orElse(marks.getStreamToolArguments());
    }

    private AnswerSyntax syntax(AnswerMarks marks) {
        CallFormat calls =
                marks.getToolCallFormat().isEmpty() || generation.tools().isEmpty()
                        ? CallFormat.NONE
                        : CallFormat.named(marks.getToolCallFormat());
        Optional<ReasoningMarks> reasoning = marks.getReasoningStart().isEmpty()
                ? Optional.empty()
                : Optional.of(new ReasoningMarks(marks.getReasoningStart(), marks.getReasoningEnd()));
        return new AnswerSyntax(calls, reasoning, marks.getReasoningOpened());
    }

    /** Takes tokens; returns the parts that they complete. */
    public List<AnswerPart> grow(TokenDelta delta) {
        if (delta.getLogprobsCount() > 0) {
            logprobs.addAllTokenIds(delta.getTokenIdsList()).addAllLogprobs(delta.getLogprobsList());
        }
        if (messageTokens != null) {
            messageTokens.write(delta);
        }
        if (started.getAnswerMarks().getPiecesFollow()) {
            return List.of();
        }
        boolean before = reader.isReasoning();
        List<AnswerPart> read = reader.read(delta.getText());
        boolean within = read.stream().anyMatch(AnswerPart.Reasoning.class::isInstance);
        reasoningTokens.count(delta.getTokenIdsList(), before || within || reader.isReasoning());
        return taken(read);
    }

    /** Takes the pieces that an engine's renderer read; returns them as parts. */
    public List<AnswerPart> read(AnswerPieces pieces) {
        return taken(pieces.getPiecesList().stream().flatMap(ReadChoice::part).toList());
    }

    private static Stream<AnswerPart> part(AnswerPiece piece) {
        return switch (piece.getPieceCase()) {
            case TEXT -> Stream.of(new AnswerPart.Text(piece.getText()));
            case REASONING -> Stream.of(new AnswerPart.Reasoning(piece.getReasoning()));
            case CALL ->
                Stream.of(new AnswerPart.Call(
                        piece.getCall().getTool(), piece.getCall().getArgumentsJson()));
            case PIECE_NOT_SET -> Stream.empty(); // from a newer server
        };
    }

    /** Takes the end; returns the parts that were held until then. */
    public List<AnswerPart> finish(GenerateFinished finish) {
        finished = finish;
        return taken(reader.end());
    }

    /** Takes parts and returns those that are passed on; calls come as their beginnings, arguments and ends. */
    private List<AnswerPart> taken(List<AnswerPart> read) {
        List<AnswerPart> taken = new ArrayList<>();
        List<AnswerPart> steps = read.stream().flatMap(ReadChoice::steps).toList();
        for (int i = 0; i < steps.size(); i++) {
            AnswerPart part = steps.get(i);
            if (isPassedOn(part)) {
                take(part);
                taken.add(part);
                tokens.add(tokens(part, i == steps.size() - 1));
            }
        }
        parts.addAll(taken);
        return taken;
    }

    private List<TokenLogprobs> tokens(AnswerPart part, boolean last) {
        if (messageTokens == null) {
            return List.of();
        }
        int undecided = last ? reader.undecided() : -1;
        if (part instanceof AnswerPart.Text said) {
            return messageTokens.take(said.text(), undecided);
        }
        if (part instanceof AnswerPart.Reasoning thought) {
            var unused = messageTokens.take(thought.text(), undecided);
        }
        return List.of();
    }

    private static Stream<AnswerPart> steps(AnswerPart part) {
        return part instanceof AnswerPart.Call call
                ? Stream.of(
                        new AnswerPart.CallBegun(call.tool()),
                        new AnswerPart.Arguments(call.arguments()),
                        new AnswerPart.CallEnded(true))
                : Stream.of(part);
    }

    /** If only one call is allowed, further ones are counted and dropped. */
    private boolean isPassedOn(AnswerPart part) {
        if (part instanceof AnswerPart.CallBegun) {
            begun++;
            dropping = !generation.tools().parallel() && begun > 1;
        }
        boolean ofCall = !(part instanceof AnswerPart.Text || part instanceof AnswerPart.Reasoning);
        return !(ofCall && dropping);
    }

    private void take(AnswerPart part) {
        if (part instanceof AnswerPart.Text said) {
            text.append(said.text());
        } else if (part instanceof AnswerPart.Reasoning thought) {
            reasoning.append(thought.text());
        } else if (part instanceof AnswerPart.CallBegun call) {
            String format = started.getAnswerMarks().getToolCallFormat();
            calls.add(new ToolCall(ToolCallIds.next(format, generation.form()), call.tool(), "", false));
            arguments.setLength(0);
        } else if (part instanceof AnswerPart.Arguments more) {
            arguments.append(more.text());
        } else if (part instanceof AnswerPart.CallEnded ended) {
            ToolCall open = calls.remove(calls.size() - 1);
            calls.add(new ToolCall(open.id(), open.tool(), arguments.toString(), ended.whole()));
        }
    }

    int index() {
        return index;
    }

    String text() {
        return text.toString();
    }

    String reasoning() {
        return reasoning.toString();
    }

    List<ToolCall> calls() {
        return calls;
    }

    /** Returns all parts so far, in order. */
    List<AnswerPart> parts() {
        return parts;
    }

    /** Returns the tokens of each part in {@link #parts}, if they are told of texts; none of other parts. */
    List<List<TokenLogprobs>> tokens() {
        return tokens;
    }

    /** Returns the log probabilities that came since the last call of this method. */
    TokenDelta takeLogprobs() {
        TokenDelta taken = logprobs.build();
        logprobs = TokenDelta.newBuilder();
        return taken;
    }

    GenerateStarted started() {
        return started;
    }

    GenerateFinished finished() {
        return finished;
    }

    /** Returns the number of tokens of the reasoning, its marks included; 0 without reasoning. */
    int reasoningTokens() {
        return reasoning.isEmpty() ? 0 : reasoningTokens.counted();
    }

    int droppedCalls() {
        return begun - calls.size();
    }

    /** Returns how many announced calls turned out to be invalid. */
    long brokenCalls() {
        return calls.stream().filter(call -> !call.whole()).count();
    }

    /** Returns whether the answer was cut because it reached its length limit. */
    boolean isCut() {
        FinishReason reason = finished.getFinishReason();
        return reason == FinishReason.FINISH_REASON_MAX_NEW_TOKENS || reason == FinishReason.FINISH_REASON_CONTEXT_FULL;
    }

    /** Returns whether the answer has the calls that the request required: at least one, and of the tool that it named. */
    boolean hasCallsAsAsked() {
        OfferedTools tools = generation.tools();
        return !tools.required()
                || (calls.stream().anyMatch(ToolCall::whole)
                        && (tools.tool().isEmpty()
                                || calls.stream().allMatch(call -> call.tool().equals(tools.tool()))));
    }
}
