package io.speckv.engine.generate;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.selection.align.TokenBridge;
import io.speckv.selection.cache.KeptKeys;
import io.speckv.selection.drafting.NgramDrafter;
import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;
import io.speckv.selection.prompt.PromptText;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A method from prompt to answer in one process, one request at a time: the draft scores, the prompt policy selects, the
 * target prefills, evicts and decodes. {@link io.speckv.cascade.CascadeRun} decides the order of steps, as it does for the
 * services, which run the same steps in three processes.
 */
public final class Cascade {
    private final DecoderModel target;
    private final @Nullable DecoderModel draft;
    private final @Nullable PromptScorer classifier;
    private final boolean ngrams;

    /**
     * A cascade over open models, which stay the caller's.
     *
     * @param draft null if no method that is run needs one
     */
    public Cascade(DecoderModel target, @Nullable DecoderModel draft) {
        this(target, draft, null);
    }

    /**
     * A cascade that also runs methods of token classification.
     *
     * @param draft null if no method that is run needs one
     * @param classifier null if no method that is run needs one
     */
    public Cascade(DecoderModel target, @Nullable DecoderModel draft, @Nullable PromptScorer classifier) {
        this(target, draft, classifier, false);
    }

    private Cascade(
            DecoderModel target, @Nullable DecoderModel draft, @Nullable PromptScorer classifier, boolean ngrams) {
        this.target = target;
        this.draft = draft;
        this.classifier = classifier;
        this.ngrams = ngrams;
    }

    /**
     * A cascade without a draft model: lookahead is guessed from the prompt's own n-grams, and methods that need a draft's
     * scores do not run.
     *
     * @param classifier null if no method that is run needs one
     */
    public static Cascade withNgrams(DecoderModel target, @Nullable PromptScorer classifier) {
        return new Cascade(target, null, classifier, true);
    }

    /**
     * A prompt to answer, and how.
     *
     * @param prompt tokens of the target's vocabulary, at least one
     * @param bridge the same prompt in the draft's vocabulary
     * @param maxNewTokens at least 1
     * @param endTokens tokens that end the answer and are not part of it
     * @param text what the method needs to know of the prompt's text
     */
    public record Request(
            int[] prompt,
            TokenBridge bridge,
            Method method,
            int maxNewTokens,
            Set<Integer> endTokens,
            PromptText text) {
        public Request {
            if (prompt.length == 0) {
                throw new IllegalArgumentException("the prompt has no tokens; it needs at least one");
            }
            if (maxNewTokens < 1) {
                throw new IllegalArgumentException("max new tokens is " + maxNewTokens + "; it must be at least 1");
            }
        }

        /** A request whose method needs to know nothing of the text. */
        public Request(int[] prompt, TokenBridge bridge, Method method, int maxNewTokens, Set<Integer> endTokens) {
            this(prompt, bridge, method, maxNewTokens, endTokens, PromptText.NONE);
        }

        /** A request to a draft that shares the target's vocabulary. */
        public static Request of(int[] prompt, Method method, int maxNewTokens, Set<Integer> endTokens) {
            return new Request(prompt, TokenBridge.shared(prompt), method, maxNewTokens, endTokens);
        }
    }

    /**
     * The result of one request.
     *
     * @param scores importance of each prompt token {@code [promptTokens]}, empty if the method needs none
     * @param kept prompt positions that reached the target, ascending
     * @param lookahead tokens of the draft, in the target's vocabulary
     * @param acceptedLookahead number of lookahead tokens that became part of the answer
     * @param rightLookahead number of lookahead tokens before the first one that the target did not choose too. It is more than
     *     {@code acceptedLookahead} where the draft foresaw the token that ends the answer, which is not part of it
     * @param fullCacheTokens number of the answer's first tokens that were chosen before anything was evicted
     * @param keptKeys by layer; empty if nothing was evicted
     * @param output the answer
     */
    public record Result(
            float[] scores,
            int[] kept,
            int[] lookahead,
            int acceptedLookahead,
            int rightLookahead,
            int fullCacheTokens,
            List<KeptKeys> keptKeys,
            int[] output,
            StageNanos stages,
            KvBytes kvBytes) {}

    /**
     * Bytes of the target's cache before the first decoded token.
     *
     * @param kept held
     * @param full bytes that the whole prompt would have taken
     */
    public record KvBytes(long kept, long full) {}

    /**
     * Runs one request.
     *
     * @param choice chooses the answer's tokens
     * @param onToken gets each token of the answer as soon as it is known, and returns whether it wants more
     * @throws IllegalStateException if the method needs a draft or a classifier and this has none
     */
    public Result run(Request request, TokenChoice choice, IntPredicate onToken, YieldPoint yieldPoint) {
        LocalRun run = new LocalRun(request);
        run.read(read(request, run.work(), yieldPoint));
        TargetPrompt prompt = run.prompt();
        try (KvArena arena = target.newArena(1, prompt.slotTokens(prompt.tokens().length) + request.maxNewTokens)) {
            KvSlot slot = arena.take();
            Prefilled prefilled = new TargetPrefill(target).run(slot, prompt, choice, yieldPoint);
            return answer(run, slot, prefilled, choice, onToken, yieldPoint);
        }
    }

    /** Decodes the answer in a slot that holds the prefilled prompt. */
    Result answer(
            LocalRun run,
            KvSlot slot,
            Prefilled prefilled,
            TokenChoice choice,
            IntPredicate onToken,
            YieldPoint yieldPoint) {
        Request request = run.request();
        long pairs = (long) request.prompt.length
                * target.shape().layers()
                * target.shape().kvHeads();
        KvBytes bytes =
                new KvBytes(slot.arena().bytesHeld(slot), pairs * slot.arena().bytesPerPair());
        long started = System.nanoTime();
        int[] output = decode(run, slot, prefilled, choice, onToken, yieldPoint);
        StageNanos stages =
                StageNanos.of(run.reading(), run.selectNanos(), prefilled.nanos(), System.nanoTime() - started);
        int accepted = Math.min(prefilled.acceptedLookahead(), output.length);
        return new Result(
                run.scores(),
                run.kept(),
                run.lookahead(),
                accepted,
                prefilled.acceptedLookahead(),
                prefilled.fullCacheTokens(output.length),
                prefilled.kept(),
                output,
                stages,
                bytes);
    }

    /** Runs draft or classifier as the request's method needs them. */
    DraftReading read(Request request, DraftWork work, YieldPoint yieldPoint) {
        if (work.isNone()) {
            return DraftReading.NONE;
        }
        if (work.classified()) {
            return classify(request, yieldPoint);
        }
        if (ngrams && work.lookaheadOnly()) {
            return guess(request, work.lookaheadTokens());
        }
        if (draft == null) {
            throw new IllegalStateException(
                    "method " + request.method.name() + " needs a draft model, and none is given");
        }
        int[] prompt = request.bridge.draftPrompt();
        try (KvArena arena = draft.newArena(1, prompt.length + work.lookaheadTokens())) {
            DraftTask task = new DraftTask(
                    prompt,
                    work.scoring(),
                    work.scoringTokens(),
                    work.lookaheadTokens(),
                    (logits, drafted) -> Greedy.token(logits),
                    request.endTokens);
            return new DraftReader(draft, arena).read(task, yieldPoint, DraftListener.NOBODY);
        }
    }

    /** The scores are per token of the target. No method needs lookahead as well. */
    private DraftReading classify(Request request, YieldPoint yieldPoint) {
        if (classifier == null) {
            throw new IllegalStateException(
                    "method " + request.method.name() + " needs a token classifier, and none is given");
        }
        long started = System.nanoTime();
        float[] scores = classifier.score(request.prompt, yieldPoint);
        return new DraftReading(scores, new int[0], System.nanoTime() - started, 0, 0);
    }

    private static DraftReading guess(Request request, int tokens) {
        long started = System.nanoTime();
        int[] lookahead = new NgramDrafter(request.prompt).draft(tokens, request.endTokens);
        return new DraftReading(new float[0], lookahead, 0, System.nanoTime() - started, 0);
    }

    private int[] decode(
            LocalRun run,
            KvSlot slot,
            Prefilled prefilled,
            TokenChoice choice,
            IntPredicate onToken,
            YieldPoint yieldPoint) {
        Request request = run.request();
        Answer answer = new Answer(choice, request.endTokens, request.maxNewTokens);
        answer.start(prefilled);
        run.grew(answer, 0, onToken);
        while (!answer.isFinished()) {
            yieldPoint.pause();
            int before = answer.size();
            float[] logits = DecodeStep.run(target, List.of(slot), new int[] {answer.pendingToken()})[0];
            answer.feed(new int[0], answer.onHost(new float[][] {logits}));
            run.grew(answer, before, onToken);
        }
        run.finished();
        return answer.tokens();
    }
}
