package io.speckv.target;

import com.google.protobuf.ByteString;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.engine.generate.Answer;
import io.speckv.engine.generate.Prefilled;
import io.speckv.engine.sampling.TokenLogprobs;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.AlternativeToken;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.KvHeadUsage;
import io.speckv.proto.v1.KvLayerUsage;
import io.speckv.proto.v1.KvUsage;
import io.speckv.proto.v1.LookaheadUsage;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenUsage;
import io.speckv.serving.ServedModel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Builds the messages that answer one generation. */
final class GenerationMessages {
    private final GenerationRequest request;
    private final ServedModel model;

    GenerationMessages(GenerationRequest request, ServedModel model) {
        this.request = request;
        this.model = model;
    }

    /**
     * Returns the message with the answer's tokens from an index on, and the text that they complete.
     *
     * @param offsets where each token begins in the answer's text; called only for tokens with log probabilities
     */
    TargetServiceGenerateResponse delta(Answer answer, int first, String text, IntUnaryOperator offsets) {
        TokenDelta.Builder delta = TokenDelta.newBuilder().setFirstIndex(first).setText(text);
        for (int i = first; i < answer.size(); i++) {
            int token = answer.token(i);
            delta.addTokenIds(token);
            int offset = answer.logprobs(i).isPresent() ? offsets.applyAsInt(i) : 0;
            answer.logprobs(i)
                    .ifPresent(logprobs ->
                            delta.addLogprobs(logprobs(token, logprobs).setTextOffset(offset)));
        }
        return TargetServiceGenerateResponse.newBuilder().setDelta(delta).build();
    }

    private io.speckv.proto.v1.TokenLogprobs.Builder logprobs(int chosen, TokenLogprobs logprobs) {
        var message = io.speckv.proto.v1.TokenLogprobs.newBuilder()
                .setLogprob(logprobs.logprob())
                .setText(model.tokenizer().textOf(chosen))
                .setTokenBytes(bytes(chosen));
        for (int i = 0; i < logprobs.topTokens().length; i++) {
            int token = logprobs.topTokens()[i];
            message.addAlternatives(AlternativeToken.newBuilder()
                    .setTokenId(token)
                    .setLogprob(logprobs.topLogprobs()[i])
                    .setText(model.tokenizer().textOf(token))
                    .setTokenBytes(bytes(token)));
        }
        return message;
    }

    private ByteString bytes(int token) {
        return ByteString.copyFrom(model.tokenizer().bytesOf(token));
    }

    /** Returns the message that ends the stream and tells how the generation went. */
    TargetServiceGenerateResponse finished(
            Answer answer, Prefilled prefilled, Optional<String> stopText, List<StageTime> times) {
        GenerationFinished.Builder finished = GenerationFinished.newBuilder()
                .setFinishReason(answer.ending().map(GenerationMessages::reason).orElseThrow())
                .setMatchedStop(stopText.orElse(""))
                .setUsage(TokenUsage.newBuilder()
                        .setPromptTokenCount(request.kept().originalTokens())
                        .setKeptTokenCount(request.tokens().length)
                        .setGeneratedTokenCount(answer.size())
                        .setCachedTokenCount(prefilled.reusedTokens()))
                .setKv(kv(prefilled))
                .setLookahead(LookaheadUsage.newBuilder()
                        .setReceivedTokenCount(received())
                        .setAcceptedTokenCount(accepted(answer, prefilled))
                        .setArrivedLate(request.lookahead().isLate())
                        .setFullCacheTokenCount(prefilled.fullCacheTokens(answer.size())));
        times.forEach(time -> finished.addTimings(time.toProto()));
        return TargetServiceGenerateResponse.newBuilder().setFinished(finished).build();
    }

    /** Returns how many draft tokens the prefill took or a decode step verified. */
    int received() {
        return request.lookahead().takenTokens() + request.speculated().verifiedTokens();
    }

    /**
     * Returns how many draft tokens are part of the answer, which may have ended before the last token that the target
     * agreed with.
     */
    int accepted(Answer answer, Prefilled prefilled) {
        return Math.min(prefilled.acceptedLookahead() + request.speculated().acceptedTokens(), answer.size());
    }

    private static FinishReason reason(Answer.Ending ending) {
        return switch (ending) {
            case END_OF_TEXT -> FinishReason.FINISH_REASON_END_OF_TEXT;
            case STOP -> FinishReason.FINISH_REASON_STOP;
            case MAX_NEW_TOKENS -> FinishReason.FINISH_REASON_MAX_NEW_TOKENS;
            case CONTEXT_FULL -> FinishReason.FINISH_REASON_CONTEXT_FULL;
        };
    }

    private KvUsage kv(Prefilled prefilled) {
        ModelShape shape = model.decoder().shape();
        KvUsage.Builder usage = KvUsage.newBuilder()
                .setKeptBytes(keptBytes(prefilled))
                .setFullBytes(request.kept().originalTokens() * model.decoder().kvBytesPerToken());
        for (int layer = 0; layer < shape.layers(); layer++) {
            KvLayerUsage.Builder heads = KvLayerUsage.newBuilder();
            for (int head = 0; head < shape.kvHeads(); head++) {
                int[] kept = kept(prefilled, layer, head);
                KvHeadUsage.Builder one = KvHeadUsage.newBuilder().setKeptTokenCount(kept.length);
                if (request.reportsPositions()) {
                    Arrays.stream(kept).forEach(one::addKeptPositions);
                }
                heads.addHeads(one);
            }
            usage.addLayers(heads);
        }
        return usage.build();
    }

    /** Returns the bytes of the prompt's KV pairs that stayed, over all layers. */
    long keptBytes(Prefilled prefilled) {
        ModelShape shape = model.decoder().shape();
        long pairs = 0;
        for (int layer = 0; layer < shape.layers(); layer++) {
            for (int head = 0; head < shape.kvHeads(); head++) {
                pairs += kept(prefilled, layer, head).length;
            }
        }
        return pairs * (model.decoder().kvBytesPerToken() / shape.layers() / shape.kvHeads());
    }

    /**
     * Returns the places, among the kept prompt tokens, whose KV pairs are held. They include the last token if the policy
     * feeds it again.
     */
    private int[] kept(Prefilled prefilled, int layer, int head) {
        int n = request.tokens().length;
        if (prefilled.kept().isEmpty()) {
            return IntStream.range(0, n).toArray();
        }
        int[] chosen = prefilled.kept().get(layer).perHead()[head];
        if (!request.policy().refeedsLastToken()) {
            return chosen;
        }
        int[] withLast = Arrays.copyOf(chosen, chosen.length + 1);
        withLast[chosen.length] = n - 1;
        return withLast;
    }
}
