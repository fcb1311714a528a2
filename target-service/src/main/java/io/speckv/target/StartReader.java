package io.speckv.target;

import io.speckv.cascade.KeptPrompt;
import io.speckv.engine.generate.TargetPrompt;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.EngineOptionRules;
import io.speckv.kit.wire.LookaheadWait;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.kit.wire.RequestFields;
import io.speckv.kit.wire.ResponseFormats;
import io.speckv.kit.wire.SamplingRules;
import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.PositionRule;
import io.speckv.proto.v1.TargetAbilities;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import io.speckv.serving.SamplingFields;
import io.speckv.serving.ServedModel;
import io.speckv.target.speculation.SpeculatedTokens;
import io.speckv.text.SpecialTokens;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Turns the first message of a call into a valid {@link GenerationRequest}, or into a failure that names the field. */
final class StartReader {
    private static final String IDS = "prompt.token_ids";
    private static final String POSITIONS = "prompt.original_positions";
    private static final String PROTECTED = "prompt.protected_places";

    private final ServedModel model;
    private final int maxPromptTokens;
    private final TargetSettings.Limits limits;
    private final String defaultMethod;

    StartReader(ServedModel model, int maxPromptTokens, TargetSettings.Limits limits, String defaultMethod) {
        this.model = model;
        this.maxPromptTokens = maxPromptTokens;
        this.limits = limits;
        this.defaultMethod = defaultMethod;
    }

    GenerationRequest read(GenerationStart start) {
        RequestFields.requireId(start.getRequestId());
        model.requireFingerprint(start.getTokenizerFingerprint());
        if (start.getSampling().hasResponseFormat()) {
            throw ResponseFormats.refused(model.name());
        }
        EngineOptionRules.require(start.getEngine(), TargetAbilities.getDefaultInstance(), model.name());
        io.speckv.proto.v1.KeptPrompt message = start.getPrompt();
        RequestFields.requirePromptLength(message.getTokenIdsCount(), IDS, maxPromptTokens);
        KeptPrompt prompt = prompt(message);
        int room = model.decoder().shape().maxPositions() - prompt.continuesAt();
        if (room < 1) {
            throw RequestException.ofField(
                    FailureCode.PROMPT_TOO_LONG,
                    POSITIONS,
                    "end at " + prompt.continuesAt() + ", must leave a position below "
                            + model.decoder().shape().maxPositions() + " for the answer");
        }
        int newTokens = newTokens(start, room);
        Method method = method(start);
        requireScores(method.cache(), prompt, message.hasScores());
        LookaheadInbox lookahead = lookahead(start);
        int longest = Math.min(newTokens, room);
        return new GenerationRequest(
                start.getRequestId(),
                prompt,
                prompt.policy(method.cache()).protecting(protectedTokens(message, prompt, method.cache())),
                method.verifyLookahead(),
                lookahead,
                speculated(start, lookahead, longest),
                LookaheadWait.nanos(start.getLookaheadWait(), "lookahead_wait"),
                sampling(start, newTokens),
                special(start),
                start.getSampling().getIncludeStop(),
                ThreadLocalRandom.current().nextLong(),
                room,
                slotTokens(method, prompt.size(), lookahead, longest),
                start.getReportKvPositions());
    }

    private KeptPrompt prompt(io.speckv.proto.v1.KeptPrompt message) {
        int[] tokens = RequestFields.tokens(message.getTokenIdsList(), IDS, model.vocabSize());
        int originalTokens = originalTokens(message);
        int[] positions = positions(message);
        boolean whole = positions.length == 0;
        return new KeptPrompt(
                tokens,
                whole ? IntStream.range(0, tokens.length).toArray() : positions,
                originalTokens,
                !whole && message.getPositionRule() == PositionRule.POSITION_RULE_ORIGINAL,
                ScoreVectors.fromProto(message.getScores(), "prompt.scores"));
    }

    /** Protected tokens may take at most half of what a KV head keeps. Scores choose the rest. */
    private ProtectedTokens protectedTokens(
            io.speckv.proto.v1.KeptPrompt message, KeptPrompt prompt, CachePolicy policy) {
        int count = message.getProtectedPlacesCount();
        int[] places = new int[count];
        for (int i = 0; i < count; i++) {
            places[i] = message.getProtectedPlaces(i);
            int least = i == 0 ? 0 : places[i - 1] + 1;
            RequestFields.within(places[i], least, prompt.size() - 1, PROTECTED + "[" + i + "]");
        }
        if (!policy.compresses(prompt.size())) {
            return ProtectedTokens.NONE;
        }
        int most = policy.mostKept(prompt.size(), 1) / 2;
        return ProtectedTokens.of(Arrays.copyOf(places, Math.min(count, most)));
    }

    private static int originalTokens(io.speckv.proto.v1.KeptPrompt prompt) {
        int kept = prompt.getTokenIdsCount();
        int original = prompt.getOriginalTokenCount();
        if (prompt.getOriginalPositionsCount() == 0) {
            return original == 0 ? kept : RequestFields.within(original, kept, kept, "prompt.original_token_count");
        }
        return RequestFields.within(original, kept, Integer.MAX_VALUE, "prompt.original_token_count");
    }

    private static int[] positions(io.speckv.proto.v1.KeptPrompt prompt) {
        int count = prompt.getOriginalPositionsCount();
        if (count != 0 && count != prompt.getTokenIdsCount()) {
            throw RequestException.invalidField(
                    POSITIONS,
                    "has " + count + " entries, must have one for each of " + prompt.getTokenIdsCount() + " tokens");
        }
        int[] positions = new int[count];
        for (int i = 0; i < count; i++) {
            positions[i] = prompt.getOriginalPositions(i);
            int least = i == 0 ? 0 : positions[i - 1] + 1;
            RequestFields.within(positions[i], least, prompt.getOriginalTokenCount() - 1, POSITIONS + "[" + i + "]");
        }
        return positions;
    }

    private int newTokens(GenerationStart start, int room) {
        return start.getSampling().hasMaxNewTokens()
                ? RequestFields.within(
                        start.getSampling().getMaxNewTokens(), 1, limits.newTokens(), "sampling.max_new_tokens")
                : Math.min(Math.min(SamplingRules.NEW_TOKENS_UNSET, limits.newTokens()), room);
    }

    private SamplingSettings sampling(GenerationStart start, int newTokens) {
        return SamplingFields.read(start.getSampling(), model.samplingDefaults(), model.vocabSize(), newTokens);
    }

    private static SpecialTokens special(GenerationStart start) {
        boolean skipped = !start.getSampling().hasSkipSpecialTokens()
                || start.getSampling().getSkipSpecialTokens();
        return skipped ? SpecialTokens.EXCLUDED : SpecialTokens.INCLUDED;
    }

    private Method method(GenerationStart start) {
        String name = start.getMethod().getName().isEmpty()
                ? defaultMethod
                : start.getMethod().getName();
        try {
            return Methods.of(name, MethodSettings.toMap(start.getMethod()));
        } catch (InvalidSettingException e) {
            throw RequestException.invalidField(
                    MethodSettings.fieldPath(start.getMethod(), e.key()), "is refused: " + e.getMessage());
        }
    }

    private static void requireScores(CachePolicy policy, KeptPrompt prompt, boolean sent) {
        int tokens = prompt.size();
        int scores = prompt.scores().length;
        if (sent && scores != tokens) {
            throw RequestException.invalidField(
                    "prompt.scores", "has " + scores + " entries, must have one for each of " + tokens + " tokens");
        }
        if (!sent && policy.needsReceivedScores() && policy.compresses(tokens)) {
            throw RequestException.invalidField("prompt.scores", "is missing, the method ranks KV pairs by it");
        }
    }

    private LookaheadInbox lookahead(GenerationStart start) {
        LookaheadInbox inbox = new LookaheadInbox(limits.lookaheadTokens());
        LookaheadTokens known = start.getLookahead();
        inbox.add(
                known.getFirstIndex(),
                RequestFields.tokens(known.getTokenIdsList(), "lookahead.token_ids", model.vocabSize()),
                known.getComplete(),
                "lookahead");
        return inbox;
    }

    private SpeculatedTokens speculated(GenerationStart start, LookaheadInbox lookahead, int longest) {
        SpeculatedTokens speculated =
                new SpeculatedTokens(start.getLookaheadContinues() ? longest : 0, limits.stepDraftedTokens());
        speculated.replace(0, lookahead.tokens(), "lookahead");
        return speculated;
    }

    /** Room is reserved for a lookahead that is not complete yet, unless it cannot be used. */
    private int slotTokens(Method method, int promptTokens, LookaheadInbox lookahead, int newTokens) {
        CachePolicy policy = method.cache();
        int mayCome = 0;
        if (GenerationRequest.usesLookahead(policy, promptTokens, method.verifyLookahead())) {
            mayCome = lookahead.isComplete() ? lookahead.size() : limits.lookaheadTokens();
        }
        if (!policy.compresses(promptTokens)) {
            mayCome = Math.min(mayCome, newTokens);
        }
        return TargetPrompt.slotTokens(policy, promptTokens, model.decoder().shape(), mayCome, newTokens);
    }
}
