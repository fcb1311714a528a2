package io.speckv.router.request;

import com.google.protobuf.util.Durations;
import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.DraftPrompt;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AttentionScoring;
import io.speckv.proto.v1.DraftServiceDescribeResponse;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.Reduction;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenIds;
import io.speckv.router.draft.DraftFailureException;
import io.speckv.router.draft.DraftPlan;
import io.speckv.router.pool.ModelDirectory;
import io.speckv.router.prompt.PromptTokens;
import io.speckv.selection.align.TokenBridge;
import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;
import io.speckv.text.EncodingLimit;
import io.speckv.text.TextBridge;
import io.speckv.text.TextException;
import io.speckv.text.Tokenizer;
import io.speckv.text.TooManyTokensException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Decides what to ask the draft for. Thread-safe. */
public final class DraftPlanner {
    private final ModelDirectory directory;
    private final Tokenizer target;
    private final @Nullable Tokenizer draft;
    private final @Nullable Duration lookaheadTimeLimit;

    /**
     * @param draft null where draft and target share a tokenizer
     */
    public DraftPlanner(
            ModelDirectory directory,
            Tokenizer target,
            @Nullable Tokenizer draft,
            @Nullable Duration lookaheadTimeLimit) {
        this.directory = directory;
        this.target = target;
        this.draft = draft;
        this.lookaheadTimeLimit = lookaheadTimeLimit;
    }

    /**
     * Returns what to ask for, for a request whose method needs a draft.
     *
     * @param applied the method that is applied to it
     * @param reads what the draft is to read
     * @throws DraftFailureException if there is no draft, the prompt is too long for it, or the prompt cannot be written in its
     *     tokens
     * @throws RequestException if the request cannot be served with this draft at all
     */
    public DraftPlan plan(InferenceRequest asked, Method applied, DraftPrompt reads) {
        RequestedMethod method = asked.method();
        DraftServiceDescribeResponse described = directory
                .draft()
                .orElseThrow(() -> new DraftFailureException(DraftLoss.UNAVAILABLE, "no draft has described itself"));
        ModelDescription model = described.getModel();
        boolean shared = model.getTokenizerFingerprint().equals(target.fingerprint());
        TokenBridge bridge = shared ? TokenBridge.shared(reads.tokens()) : bridge(asked.prompt(), reads, model);
        int[] ids = bridge.draftPrompt();
        if (ids.length > model.getMaxPromptTokenCount()) {
            throw new DraftFailureException(
                    DraftLoss.PROMPT_TOO_LONG,
                    "the prompt has " + ids.length + " tokens, the draft takes " + model.getMaxPromptTokenCount());
        }
        int most = Math.min(described.getMaxLookaheadTokenCount(), directory.mostLookaheadTokens());
        // A method may draft as many tokens as the answer has, at most as many as the longest lookahead.
        int answer = method.exact() ? asked.maxNewTokens() : Math.min(asked.maxNewTokens(), Math.max(1, most));
        // A reduced method asks for tokens that its request did not count, so it may get as many as possible.
        boolean counted = applied.equals(method.method());
        DraftWork wanted = applied.draftWork(reads.open(), reads.tokens().length, answer);
        DraftWork work = counted ? wanted : wanted.withAtMost(most);
        if (work.classified() && described.getClassifierName().isEmpty()) {
            throw RequestException.ofField(
                    FailureCode.CLASSIFIER_MISSING,
                    "method.name",
                    "is " + method.name() + ", which needs a token classifier, and draft " + model.getName()
                            + " has none");
        }
        if (work.lookaheadTokens() > most) {
            throw RequestException.invalidField(
                    "method",
                    "asks for " + work.lookaheadTokens() + " lookahead tokens, must be at most " + most
                            + ", which draft and target both take");
        }
        return new DraftPlan(
                request(ids, model, work, asked.sampling(), shared, method.exact()),
                bridge,
                shared,
                model.getVocabSize(),
                directory.mostLookaheadTokens(),
                analysedBy(described, work, asked.engine().getCacheSalt()));
    }

    /**
     * Identifies what made the analysis: the draft's weights, their storage and compute types, the classifier if it scores, and
     * the caller's salt, so that callers with different salts share nothing. Empty if the draft or its classifier does not name
     * its weights.
     */
    private static String analysedBy(DraftServiceDescribeResponse draft, DraftWork work, String salt) {
        ModelDescription model = draft.getModel();
        boolean unknownClassifier =
                work.classified() && draft.getClassifierFingerprint().isEmpty();
        if (model.getWeightsFingerprint().isEmpty() || unknownClassifier) {
            return "";
        }
        return String.join(
                "\n",
                model.getWeightsFingerprint(),
                model.getWeightsFormat(),
                model.getDtype(),
                work.classified() ? draft.getClassifierFingerprint() : "",
                salt);
    }

    private TokenBridge bridge(PromptTokens prompt, DraftPrompt reads, ModelDescription model) {
        if (draft == null || !draft.fingerprint().equals(model.getTokenizerFingerprint())) {
            throw new DraftFailureException(
                    DraftLoss.OTHER_TOKENIZER,
                    "draft %s has tokenizer %s, the target has %s, and the router has no folder with the draft's"
                            .formatted(model.getName(), model.getTokenizerFingerprint(), target.fingerprint()));
        }
        try {
            return prompt.encoding() == null || !reads.isWhole()
                    ? TextBridge.ofTokens(draft, target, reads.tokens())
                    : new TextBridge(
                            draft, target, prompt.encoding(), EncodingLimit.of(model.getMaxPromptTokenCount()));
        } catch (TooManyTokensException e) {
            throw new DraftFailureException(
                    DraftLoss.PROMPT_TOO_LONG,
                    "the prompt has more than the " + e.limit() + " tokens that the draft takes");
        } catch (TextException e) {
            throw new DraftFailureException(
                    DraftLoss.OTHER_TOKENIZER, "prompt.token_ids cannot reach the draft: " + e.getMessage());
        }
    }

    private AnalyseRequest request(
            int[] ids,
            ModelDescription model,
            DraftWork work,
            SamplingSettings sampling,
            boolean sharedTokens,
            boolean whole) {
        AnalyseRequest.Builder request = AnalyseRequest.newBuilder()
                .setTokenIds(tokenIds(ids))
                .setTokenizerFingerprint(model.getTokenizerFingerprint())
                .setSampling(stopping(sampling, sharedTokens, model.getVocabSize()));
        var scoring = work.scoring();
        int scoringTokens = work.scoringTokens();
        if (scoring != null) {
            request.setScoring(toProto(scoring, scoringTokens));
        }
        request.setClassification(work.classified());
        request.setLookaheadTokens(work.lookaheadTokens() - scoringTokens);
        if (lookaheadTimeLimit != null && !whole && request.getLookaheadTokens() + scoringTokens > 0) {
            request.setLookaheadTimeLimit(Durations.fromNanos(lookaheadTimeLimit.toNanos()));
        }
        return request.build();
    }

    private static TokenIds tokenIds(int[] ids) {
        TokenIds.Builder tokens = TokenIds.newBuilder();
        for (int id : ids) {
            tokens.addIds(id);
        }
        return tokens.build();
    }

    /**
     * The draft guesses greedily, but stops where the answer would stop. Ids beyond the draft's vocabulary are left out: the
     * draft may have fewer tokens without text.
     */
    private static SamplingSettings stopping(SamplingSettings sampling, boolean sharedTokens, int draftVocabSize) {
        SamplingSettings.Builder stopping =
                SamplingSettings.newBuilder().addAllStop(sampling.getStopList()).setIgnoreEos(sampling.getIgnoreEos());
        if (sharedTokens) {
            sampling.getStopTokenIdsList().stream()
                    .filter(id -> id < draftVocabSize)
                    .forEach(stopping::addStopTokenIds);
            sampling.getLogitBiasList().stream()
                    .filter(bias -> bias.getTokenId() < draftVocabSize)
                    .forEach(stopping::addLogitBias);
        }
        return stopping.build();
    }

    private static AttentionScoring toProto(io.speckv.selection.prompt.AttentionScoring scoring, int lookaheadTokens) {
        return AttentionScoring.newBuilder()
                .setWindowSize(scoring.windowSize())
                .setStartingLayerIndex(scoring.startingLayerIndex())
                .setWeightedQuery(scoring.weightedQueries())
                .setOverQueries(
                        Reduction.valueOf("REDUCTION_" + scoring.overQueries().name()))
                .setWithinStep(
                        Reduction.valueOf("REDUCTION_" + scoring.withinStep().name()))
                .setAcrossSteps(
                        Reduction.valueOf("REDUCTION_" + scoring.acrossSteps().name()))
                .setLookaheadTokens(lookaheadTokens)
                .setPromptKeysOnly(scoring.promptKeysOnly())
                .setMeanPoolKernel(scoring.meanPoolKernel())
                .build();
    }
}
