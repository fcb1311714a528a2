package io.speckv.enginetarget;

import com.google.protobuf.ByteString;
import io.speckv.enginetarget.dialect.AnswerEvent;
import io.speckv.enginetarget.dialect.AnswerEvent.Ending;
import io.speckv.enginetarget.dialect.EngineLogprobs;
import io.speckv.enginetarget.dialect.EngineSampling;
import io.speckv.proto.v1.AlternativeToken;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.LookaheadUsage;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import io.speckv.proto.v1.TokenUsage;
import io.speckv.text.SpecialTokens;
import io.speckv.text.StopStrings;
import io.speckv.text.TokenOffsets;
import io.speckv.text.TokenStream;
import io.speckv.text.Tokenizer;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one answer as they come, their text, and the answer's end. Stop texts and stop tokens are found here in the
 * same way for every engine, so an answer ends where our own target would end it. Thread-confined.
 */
final class AnswerTokens {
    private static final char REPLACEMENT = '\uFFFD';

    private final EngineOrder order;
    private final EngineSampling sampling;
    private final Tokenizer tokenizer;
    private final TokenStream stream;
    private final TokenOffsets offsets;
    private final StopStrings stops;
    private final StringBuilder text = new StringBuilder();
    private TokenDelta.Builder delta = TokenDelta.newBuilder();
    private int size;
    private boolean endsHere;
    private boolean endsThere;
    private boolean fromText;
    private @Nullable Ending ending;
    private String engineStop = "";
    private AnswerEvent.@Nullable Counted counted;
    private OptionalInt cachedTokens = OptionalInt.empty();

    AnswerTokens(EngineOrder order, Tokenizer tokenizer) {
        this.order = order;
        this.sampling = order.request().sampling();
        this.tokenizer = tokenizer;
        this.stream = new TokenStream(tokenizer, order.special());
        this.offsets = new TokenOffsets(tokenizer, order.special());
        this.stops = new StopStrings(sampling.stops());
    }

    /** Takes tokens; drops those after the end. */
    void accept(AnswerEvent.Tokens tokens) {
        if (ending != null) {
            return;
        }
        boolean logged = sampling.topLogprobs() != null;
        if (logged && tokens.logprobs().size() != tokens.ids().length) {
            throw new IllegalArgumentException(
                    tokens.logprobs().size() + " log probabilities for " + tokens.ids().length + " tokens");
        }
        if (lacksTokens(tokens)) {
            fromText = true;
            if (logged) {
                acceptSpelled(tokens);
            } else {
                accept(new AnswerEvent.Text(tokens.text()));
            }
            return;
        }
        boolean tooMany = size + tokens.ids().length > order.newTokens();
        for (int i = 0; i < tokens.ids().length && ending == null && size < order.newTokens(); i++) {
            int id = tokens.ids()[i];
            boolean mayEnd = size >= sampling.minNewTokens();
            if (mayEnd && sampling.stopTokenIds().contains(id)) {
                endsAtToken(id);
                return;
            }
            size++;
            delta.addTokenIds(id);
            int offset = logged ? offsets.next(id) : 0;
            String piece = stream.accept(id);
            if (logged) {
                delta.addLogprobs(toProto(id, tokens.logprobs().get(i)).setTextOffset(offset));
                offsets.given(piece, stream.isWhole());
            }
            take(piece);
        }
        if (tooMany && ending == null) {
            endsHere(Ending.LENGTH);
        }
    }

    /** If several tokens make one character, llama.cpp sends only the last of them, with the whole character as its text. */
    private boolean lacksTokens(AnswerEvent.Tokens tokens) {
        return !tokens.text().isEmpty()
                && tokens.text().indexOf(REPLACEMENT) < 0
                && stream.isWhole()
                && tokenizer.decode(tokens.ids(), SpecialTokens.INCLUDED).indexOf(REPLACEMENT) >= 0;
    }

    /** Takes logged tokens whose text their ids alone do not give; the ids before them never come. */
    private void acceptSpelled(AnswerEvent.Tokens tokens) {
        int offset = offsets.spelled(tokens.text());
        for (int i = 0; i < tokens.ids().length && size < order.newTokens(); i++) {
            size++;
            delta.addTokenIds(tokens.ids()[i])
                    .addLogprobs(
                            toProto(tokens.ids()[i], tokens.logprobs().get(i)).setTextOffset(offset));
        }
        take(tokens.text());
    }

    /** Held-back text comes before the stop token's own text. */
    private void endsAtToken(int id) {
        take(stream.finish());
        if (stops.matched().isEmpty()) {
            text.append(stops.finish()).append(sampling.includeStop() ? tokenizer.textOf(id) : "");
            endsHere(Ending.STOP);
        }
    }

    /** Returns whether a stop text may end in the newest token's text, by the rule of our own target, which is vLLM's. */
    private boolean looksForStops() {
        return size > sampling.minNewTokens();
    }

    /** Takes text from an engine that gives no ids. Ids are made from the text, at most as many as the request asked for. */
    void accept(AnswerEvent.Text more) {
        if (ending != null) {
            return;
        }
        int[] ids = tokenizer.encode(more.text(), SpecialTokens.EXCLUDED).ids();
        for (int i = 0; i < ids.length && size < order.newTokens(); i++) {
            size++;
            delta.addTokenIds(ids[i]);
        }
        take(more.text());
    }

    private void take(String piece) {
        if (!looksForStops()) {
            text.append(stops.pass(piece));
            return;
        }
        text.append(stops.accept(piece));
        if (stops.matched().isPresent()) {
            text.append(sampling.includeStop() ? stops.matched().get() : "");
            endsHere(Ending.STOP);
        }
    }

    private void endsHere(Ending why) {
        ending = why;
        endsHere = true;
    }

    void accept(AnswerEvent.Counted count) {
        counted = count;
        if (count.cachedTokens().isPresent()) {
            cachedTokens = count.cachedTokens();
        }
    }

    void accept(AnswerEvent.Cached cached) {
        cachedTokens = OptionalInt.of(cached.tokens());
    }

    void accept(AnswerEvent.Ended end) {
        endsThere = true;
        if (ending == null) {
            ending = end.ending();
            engineStop = end.stop();
        }
    }

    /** Returns the number of tokens so far. */
    int size() {
        return size;
    }

    /** Returns whether the answer was ended here and not there too, so that the engine may still be generating. */
    boolean mustBeStopped() {
        return endsHere && !endsThere;
    }

    boolean isEnded() {
        return ending != null;
    }

    /** Returns whether nothing more is expected from the engine. */
    boolean isComplete() {
        return mustBeStopped() || (ending != null && counted != null);
    }

    /** Adds held-back text to what will be sent, since no token will follow. */
    void close() {
        if (stops.matched().isEmpty()) {
            if (order.engine().dialect().givesIds()) {
                take(stream.finish());
            }
            if (stops.matched().isEmpty() && engineStop.isEmpty()) {
                text.append(stops.finish());
            }
        }
    }

    /** Returns what came since the last call, or null if nothing came. */
    @Nullable
    TokenDelta next() {
        if (delta.getTokenIdsCount() == 0 && text.isEmpty()) {
            return null;
        }
        TokenDelta next = delta.setFirstIndex(size - delta.getTokenIdsCount())
                .setText(text.toString())
                .build();
        delta = TokenDelta.newBuilder();
        text.setLength(0);
        return next;
    }

    /** Returns the final message without its timings. */
    GenerationFinished.Builder finished() {
        boolean exact = order.engine().dialect().givesIds() && !fromText && !lacksLast();
        int generated = exact || counted == null ? size : counted.generatedTokens();
        TokenUsage.Builder usage = TokenUsage.newBuilder()
                .setPromptTokenCount(order.originalTokens())
                .setKeptTokenCount(order.promptTokens())
                .setGeneratedTokenCount(generated);
        cachedTokens.ifPresent(usage::setCachedTokenCount);
        return GenerationFinished.newBuilder()
                .setFinishReason(reason(generated))
                .setMatchedStop(stops.matched().orElse(engineStop))
                .setUsage(usage)
                .setTokenIdsFromText(!exact)
                .setLookahead(LookaheadUsage.newBuilder().setFullCacheTokenCount(size));
    }

    /** llama.cpp counts a last token that only begins a character, but does not send it. */
    private boolean lacksLast() {
        return ending == Ending.LENGTH
                && size < order.newTokens()
                && counted != null
                && counted.generatedTokens() > size;
    }

    private FinishReason reason(int generated) {
        Ending why = stops.matched().isPresent() ? Ending.STOP : ending;
        if (why == null) {
            throw new IllegalStateException("the answer has no end");
        }
        return switch (why) {
            case END_OF_TEXT -> FinishReason.FINISH_REASON_END_OF_TEXT;
            case STOP -> FinishReason.FINISH_REASON_STOP;
            // Engines cut the requested length where their context ends, and report the same reason for both.
            case LENGTH ->
                generated < order.newTokens()
                        ? FinishReason.FINISH_REASON_CONTEXT_FULL
                        : FinishReason.FINISH_REASON_MAX_NEW_TOKENS;
        };
    }

    private TokenLogprobs.Builder toProto(int id, EngineLogprobs logprobs) {
        TokenLogprobs.Builder message = TokenLogprobs.newBuilder()
                .setLogprob(logprobs.logprob())
                .setText(tokenizer.textOf(id))
                .setTokenBytes(bytes(id));
        for (int i = 0; i < logprobs.topTokens().length; i++) {
            message.addAlternatives(AlternativeToken.newBuilder()
                    .setTokenId(logprobs.topTokens()[i])
                    .setLogprob(logprobs.topLogprobs()[i])
                    .setText(tokenizer.textOf(logprobs.topTokens()[i]))
                    .setTokenBytes(bytes(logprobs.topTokens()[i])));
        }
        return message;
    }

    private ByteString bytes(int id) {
        return ByteString.copyFrom(tokenizer.bytesOf(id));
    }

    /** Takes any event but a failure. */
    void accept(List<AnswerEvent> events) {
        for (AnswerEvent event : events) {
            if (event instanceof AnswerEvent.Tokens tokens) {
                accept(tokens);
            } else if (event instanceof AnswerEvent.Text more) {
                accept(more);
            } else if (event instanceof AnswerEvent.Counted count) {
                accept(count);
            } else if (event instanceof AnswerEvent.Cached cached) {
                accept(cached);
            } else if (event instanceof AnswerEvent.Ended end) {
                accept(end);
            }
        }
    }
}
