package io.speckv.enginetarget;

import io.speckv.engineclient.EngineReply;
import io.speckv.enginetarget.dialect.AnswerShape;
import io.speckv.enginetarget.dialect.Dialect;
import io.speckv.enginetarget.dialect.EngineHints;
import io.speckv.enginetarget.dialect.EngineRequest;
import io.speckv.enginetarget.dialect.EngineSampling;
import io.speckv.enginetarget.dialect.Limitation;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.EngineOptionRules;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.kit.wire.RequestFields;
import io.speckv.kit.wire.ResponseFormats;
import io.speckv.kit.wire.SamplingDefaults;
import io.speckv.kit.wire.SamplingRules;
import io.speckv.proto.v1.EngineOptions;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.KeptPrompt;
import io.speckv.proto.v1.PositionRule;
import io.speckv.proto.v1.ResponseFormat;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TargetAbilities;
import io.speckv.proto.v1.TokenBias;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.util.List;
import java.util.stream.Collectors;

/** Turns the first message of a call into a valid {@link EngineOrder}, or into a failure that names the field. Thread-safe. */
final class OrderReader {
    private static final String IDS = "prompt.token_ids";
    private static final String FULL = "full";
    private static final String ANY_OBJECT = "{\"type\": \"object\"}";

    private final Tokenizer tokenizer;
    private final SamplingDefaults defaults;
    private final EngineTargetSettings.Limits limits;

    OrderReader(Tokenizer tokenizer, SamplingDefaults defaults, EngineTargetSettings.Limits limits) {
        this.tokenizer = tokenizer;
        this.defaults = defaults;
        this.limits = limits;
    }

    /** Returns the longest prompt that leaves room for one token of the answer. */
    int maxPromptTokens(KnownEngine engine) {
        return Math.min(limits.promptTokens(), engine.facts().contextTokens() - 1);
    }

    /** Returns the number of token ids; an engine may have more than the tokenizer. */
    int vocabSize(KnownEngine engine) {
        return Math.max(tokenizer.vocabSize(), engine.facts().vocabSize());
    }

    EngineOrder read(GenerationStart start, KnownEngine engine) {
        RequestFields.requireId(start.getRequestId());
        requireFingerprint(start.getTokenizerFingerprint());
        KeptPrompt prompt = start.getPrompt();
        RequestFields.requirePromptLength(prompt.getTokenIdsCount(), IDS, maxPromptTokens(engine));
        int[] tokens = RequestFields.tokens(prompt.getTokenIdsList(), IDS, vocabSize(engine));
        requireRenumbered(prompt);
        requireNoCacheStage(start, tokens.length);
        int room = engine.facts().contextTokens() - tokens.length;
        int newTokens = start.getSampling().hasMaxNewTokens()
                ? RequestFields.within(
                        start.getSampling().getMaxNewTokens(), 1, limits.newTokens(), "sampling.max_new_tokens")
                : Math.min(Math.min(SamplingRules.NEW_TOKENS_UNSET, limits.newTokens()), room);
        SamplingRules.require(start.getSampling(), vocabSize(engine));
        EngineSampling sampling =
                sampling(start.getSampling(), defaultsFor(engine.dialect()), Math.min(newTokens, room));
        for (Limitation limitation : engine.dialect().cannot(sampling)) {
            throw RequestException.invalidField(
                    "sampling." + limitation.field(),
                    limitation.rule() + ": an engine of kind "
                            + engine.dialect().kind() + " cannot do otherwise");
        }
        EngineOptionRules.require(
                start.getEngine(), abilities(engine), engine.facts().model());
        int original = Math.max(tokens.length, prompt.getOriginalTokenCount());
        return new EngineOrder(
                engine,
                EngineRequest.named(engine.facts().model(), tokens, sampling, hints(start.getEngine())),
                original,
                newTokens,
                start.getLookahead().getTokenIdsCount(),
                special(start.getSampling()));
    }

    /** Returns the engine's abilities besides reading prompts and answering. */
    static TargetAbilities abilities(KnownEngine engine) {
        return TargetAbilities.newBuilder()
                .setResponseFormat(engine.dialect().holdsToShapes())
                .setPriority(engine.dialect().takesPriority())
                .setCacheSalt(engine.dialect().takesCacheSalt())
                .build();
    }

    private static EngineHints hints(EngineOptions options) {
        return new EngineHints(options.hasPriority() ? options.getPriority() : null, options.getCacheSalt());
    }

    private static SpecialTokens special(SamplingSettings sampling) {
        boolean skipped = !sampling.hasSkipSpecialTokens() || sampling.getSkipSpecialTokens();
        return skipped ? SpecialTokens.EXCLUDED : SpecialTokens.INCLUDED;
    }

    private void requireFingerprint(String fingerprint) {
        if (!fingerprint.isEmpty() && !fingerprint.equals(tokenizer.fingerprint())) {
            throw RequestException.ofField(
                    FailureCode.TOKENIZER_MISMATCH,
                    "tokenizer_fingerprint",
                    "is not that of this target, which is " + tokenizer.fingerprint());
        }
    }

    private static void requireRenumbered(KeptPrompt prompt) {
        if (prompt.getOriginalPositionsCount() > 0 && prompt.getPositionRule() == PositionRule.POSITION_RULE_ORIGINAL) {
            throw RequestException.invalidField(
                    "prompt.position_rule", "must be renumbered: engines read tokens at positions 0, 1, 2 and so on");
        }
    }

    /** Refuses methods that evict: the engine keeps every KV pair, and so would silently give another answer. */
    private static void requireNoCacheStage(GenerationStart start, int promptTokens) {
        String name =
                start.getMethod().getName().isEmpty() ? FULL : start.getMethod().getName();
        Method method;
        try {
            method = Methods.of(name, MethodSettings.toMap(start.getMethod()));
        } catch (InvalidSettingException e) {
            throw RequestException.invalidField(
                    MethodSettings.fieldPath(start.getMethod(), e.key()), "is refused: " + e.getMessage());
        }
        if (method.cache().compresses(promptTokens)) {
            throw RequestException.invalidField(
                    "method.name",
                    "is " + name + ", must be a method without a cache stage: the engine drops no KV pairs");
        }
    }

    /** Returns the model's default settings that a kind of engine cannot follow, and which are therefore left out. */
    List<String> leftOut(Dialect dialect) {
        return dialect.cannot(sampling(SamplingSettings.getDefaultInstance(), defaults, 1)).stream()
                .map(Limitation::field)
                .toList();
    }

    private SamplingDefaults defaultsFor(Dialect dialect) {
        List<String> out = leftOut(dialect);
        SamplingDefaults neutral = SamplingDefaults.NEUTRAL;
        return new SamplingDefaults(
                out.contains("temperature") ? neutral.temperature() : defaults.temperature(),
                out.contains("top_k") ? neutral.topK() : defaults.topK(),
                out.contains("top_p") ? neutral.topP() : defaults.topP(),
                out.contains("min_p") ? neutral.minP() : defaults.minP(),
                out.contains("repetition_penalty") ? neutral.repetitionPenalty() : defaults.repetitionPenalty());
    }

    private static EngineSampling sampling(SamplingSettings message, SamplingDefaults defaults, int maxNewTokens) {
        return new EngineSampling(
                maxNewTokens,
                message.hasTemperature() ? message.getTemperature() : defaults.temperature(),
                message.hasTopK() ? message.getTopK() : defaults.topK(),
                message.hasTopP() ? message.getTopP() : defaults.topP(),
                message.hasMinP() ? message.getMinP() : defaults.minP(),
                message.hasRepetitionPenalty() ? message.getRepetitionPenalty() : defaults.repetitionPenalty(),
                message.getPresencePenalty(),
                message.getFrequencyPenalty(),
                message.hasSeed() ? (Long) message.getSeed() : null,
                message.getStopList(),
                message.getStopTokenIdsList(),
                message.getIncludeStop(),
                Math.min(message.getMinNewTokens(), maxNewTokens),
                message.getLogitBiasList().stream()
                        .collect(
                                Collectors.toMap(TokenBias::getTokenId, TokenBias::getBias, (first, second) -> second)),
                message.getIgnoreEos(),
                message.hasTopLogprobs() ? (Integer) message.getTopLogprobs() : null,
                message.hasResponseFormat() ? shape(message.getResponseFormat()) : null);
    }

    private static AnswerShape shape(ResponseFormat format) {
        ResponseFormats.require(format);
        return switch (format.getFormCase()) {
            case JSON_SCHEMA -> new AnswerShape.Json(EngineReply.json(format.getJsonSchema()));
            case JSON_OBJECT, FORM_NOT_SET -> new AnswerShape.Json(EngineReply.json(ANY_OBJECT));
            case REGEX -> new AnswerShape.Regex(format.getRegex());
            case CHOICES -> new AnswerShape.Choice(format.getChoices().getTextsList());
            case GRAMMAR -> new AnswerShape.Grammar(format.getGrammar());
        };
    }
}
