package io.speckv.router.request;

import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.Stage;
import io.speckv.kit.telemetry.StageScope;
import io.speckv.kit.wire.RequestFields;
import io.speckv.kit.wire.ResponseFormats;
import io.speckv.kit.wire.SamplingRules;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.router.pool.ModelDirectory;
import io.speckv.router.prompt.ChatPrompt;
import io.speckv.router.prompt.OpenPrompt;
import io.speckv.router.prompt.PromptLimit;
import io.speckv.router.prompt.PromptPrefix;
import io.speckv.router.prompt.PromptReader;
import io.speckv.router.prompt.PromptStructure;
import io.speckv.router.prompt.PromptTokens;
import io.speckv.router.prompt.ProtectionReader;
import io.speckv.router.settings.RoutedModelSettings;
import io.speckv.selection.prompt.PromptPolicy;
import java.util.UUID;
import java.util.function.Predicate;

/** Turns public requests into valid ones, or into failures that name a field. Thread-safe. */
public final class RequestReader {
    /** Most tokens of a prompt that is only explained. */
    private static final int SHOWN_TOKENS_MOST = 1 << 20;
    /** Most tokens of a prompt that is shortened before any model reads it. */
    private static final int SHORTENED_TOKENS_MOST = 1 << 22;

    private final ModelDirectory directory;
    private final PromptReader prompts;
    private final MethodReader methods;
    private final ProtectionReader protections;
    private final Predicate<AnswerMarks> needSpecialTokens;
    private final int compressFrom;
    private final int prefixLength;
    /** Longest prompt that the settings of this model allow, whatever draft and target take. */
    private final PromptLimit wanted;

    /**
     * @param needSpecialTokens whether answers with these marks need special tokens in their text
     */
    public RequestReader(
            ModelDirectory directory,
            PromptReader prompts,
            MethodReader methods,
            ProtectionReader protections,
            Predicate<AnswerMarks> needSpecialTokens,
            RoutedModelSettings settings) {
        this.directory = directory;
        this.prompts = prompts;
        this.methods = methods;
        this.protections = protections;
        this.needSpecialTokens = needSpecialTokens;
        this.compressFrom = settings.compressFrom();
        this.prefixLength = settings.prefixLength();
        this.wanted = PromptLimit.ofSettings(settings.limits());
    }

    /** Returns why chats are refused; empty if chats are accepted. */
    public String noChatsReason() {
        return prompts.noChatsReason();
    }

    public InferenceRequest read(GenerateRequest request, RequestTimeline timeline) {
        RequestFields.requireId(request.getRequestId());
        ModelDescription target = directory.target();
        RequestedMethod method = methods.read(request.getMethod());
        SamplingRules.require(request.getSampling(), target.getVocabSize());
        if (request.getSampling().hasResponseFormat()) {
            ResponseFormats.require(request.getSampling().getResponseFormat());
            directory.requireResponseFormats();
        }
        directory.require(request.getEngine());
        SamplingSettings sampling = bounded(request.getSampling(), target);
        FallbackPolicy fallback = methods.fallback(request.getFallback());
        boolean free = !sampling.hasResponseFormat();
        try (OpenPrompt open = prompts.open(request.getPrompt(), free && directory.takesResponseFormats())) {
            PromptTokens prompt = prompt(open, target, longest(method, target), timeline);
            wanted.require(prompt.size());
            if (!method.method().prompt().compresses(prompt.size())) {
                PromptLimit.ofTarget(target).require(prompt.size());
            }
            String id = request.getRequestId().isEmpty() ? UUID.randomUUID().toString() : request.getRequestId();
            return new InferenceRequest(
                    id,
                    target,
                    prompt,
                    method,
                    request.getMethod().getName().isEmpty() ? compressFrom : 0,
                    withCalls(sampling, prompt),
                    request.getEngine(),
                    fallback,
                    methods.underLoad(request.getFallback()),
                    request.getReport(),
                    request.getContinueDrafting(),
                    structure(request, open, prompt, method),
                    PromptPrefix.of(request.getPrompt(), prefixLength));
        }
    }

    private PromptStructure structure(
            GenerateRequest request, OpenPrompt open, PromptTokens prompt, RequestedMethod method) {
        PromptPolicy policy = method.method().prompt();
        return protections
                .read(
                        request.getProtection(),
                        prompt,
                        () -> prompts.origins(open, prompt),
                        method.method(),
                        method.exact())
                .with(prompts.text(prompt, policy));
    }

    /**
     * Keeps special tokens that mark calls in the text, unless the request decides otherwise, and holds a required call to its
     * schema if the target can.
     */
    private SamplingSettings withCalls(SamplingSettings sampling, PromptTokens prompt) {
        ChatPrompt chat = prompt.chat();
        if (chat == null) {
            return sampling;
        }
        SamplingSettings.Builder called = sampling.toBuilder();
        if (needSpecialTokens.test(chat.marks()) && !sampling.hasSkipSpecialTokens()) {
            called.setSkipSpecialTokens(false);
        }
        if (!chat.schema().isEmpty()) {
            called.getResponseFormatBuilder().setJsonSchema(chat.schema());
        }
        return called.build();
    }

    /** Returns the request that generating an answer to this prompt would begin with. */
    public InferenceRequest read(ExplainRequest request, RequestTimeline timeline) {
        GenerateRequest.Builder generation = GenerateRequest.newBuilder()
                .setRequestId(request.getRequestId())
                .setModel(request.getModel())
                .setPrompt(request.getPrompt())
                .setMethod(request.getMethod())
                .setProtection(request.getProtection());
        if (request.hasMaxNewTokens()) {
            int most = directory.target().getMaxNewTokenCount();
            generation
                    .getSamplingBuilder()
                    .setMaxNewTokens(RequestFields.within(request.getMaxNewTokens(), 1, most, "max_new_tokens"));
        }
        return read(generation.build(), timeline);
    }

    /** Returns a prompt's tokens, and times the reading as a stage of the request. */
    public PromptTokens prompt(Prompt prompt, ModelDescription target, RequestTimeline timeline) {
        PromptLimit shown = new PromptLimit(SHOWN_TOKENS_MOST, "can be shown");
        try (OpenPrompt open = prompts.open(prompt, directory.takesResponseFormats())) {
            return prompt(open, target, shown.or(PromptLimit.ofTarget(target)), timeline);
        }
    }

    /** Returns the longest prompt that the settings allow and that a service could take. */
    private PromptLimit longest(RequestedMethod method, ModelDescription target) {
        return longestPossible(method, target).and(wanted);
    }

    /** Returns the longest prompt that the target takes, or that someone could shorten for it. */
    private PromptLimit longestPossible(RequestedMethod method, ModelDescription target) {
        PromptLimit whole = PromptLimit.ofTarget(target);
        if (!method.method().prompt().compresses(Integer.MAX_VALUE)) {
            return whole;
        }
        PromptLimit anybody = new PromptLimit(SHORTENED_TOKENS_MOST, "can be shortened");
        return method.method().needsDraft(Integer.MAX_VALUE, 1)
                ? directory
                        .draft()
                        .map(draft -> new PromptLimit(draft.getModel().getMaxPromptTokenCount(), "the draft takes"))
                        .orElse(anybody)
                        .or(whole)
                : anybody.or(whole);
    }

    private PromptTokens prompt(
            OpenPrompt prompt, ModelDescription target, PromptLimit most, RequestTimeline timeline) {
        try (StageScope scope = timeline.open(Stage.TOKENIZE)) {
            PromptTokens tokens = prompts.read(prompt, target.getVocabSize(), most);
            var unused = scope.tokens(tokens.size());
            return tokens;
        }
    }

    private static SamplingSettings bounded(SamplingSettings sampling, ModelDescription target) {
        int most = target.getMaxNewTokenCount();
        int newTokens = sampling.hasMaxNewTokens()
                ? RequestFields.within(sampling.getMaxNewTokens(), 1, most, "sampling.max_new_tokens")
                : Math.min(SamplingRules.NEW_TOKENS_UNSET, most);
        RequestFields.within(sampling.getMinNewTokens(), 0, newTokens, "sampling.min_new_tokens");
        return sampling.toBuilder().setMaxNewTokens(newTokens).build();
    }
}
