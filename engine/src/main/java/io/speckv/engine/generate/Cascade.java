package io.speckv.engine.generate;

import io.speckv.engine.Cancellation;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.selection.align.TokenBridge;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.KeptKeys;
import io.speckv.selection.drafting.NgramDrafter;
import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A method from prompt to answer in one process, one request at a time: the draft scores, the prompt policy selects, the
 * target prefills, evicts and decodes. The services run the same steps in three processes.
 */
public final class Cascade {
    private final DecoderModel target;
    private final @Nullable DecoderModel draft;
    private final @Nullable PromptScorer classifier;
    private final boolean ngrams;

    /**
     * A cascade over open models, which stay the caller's.
     *
     * @param draft null if no method is run that needs one
     */
    public Cascade(DecoderModel target, @Nullable DecoderModel draft) {
        this(target, draft, null);
    }

    /**
     * A cascade that also runs methods of token classification.
     *
     * @param draft null if no method is run that needs one
     * @param classifier null if no method is run that needs one
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
     * @param classifier null if no method is run that needs one
     */
    public static Cascade withNgrams(DecoderModel target, @Nullable PromptScorer classifier) {
        return new Cascade(target, null, classifier, true);
    }

    /**
     * What to answer.
     *
     * @param prompt tokens of the target's vocabulary, at least one
     * @param bridge the same prompt in the draft's vocabulary
     * @param maxNewTokens at least 1
     * @param endTokens end the answer; the one that does is its last token
     */
    public record Request(int[] prompt, TokenBridge bridge, Method method, int maxNewTokens, Set<Integer> endTokens) {
        public Request {
            if (prompt.length == 0) {
                throw new IllegalArgumentException("the prompt has no tokens; it needs at least one");
            }
            if (maxNewTokens < 1) {
                throw new IllegalArgumentException("max new tokens is " + maxNewTokens + "; it must be at least 1");
            }
        }

        /** A request to a draft that shares the target's vocabulary. */
        public static Request of(int[] prompt, Method method, int maxNewTokens, Set<Integer> endTokens) {
            return new Request(prompt, TokenBridge.shared(prompt), method, maxNewTokens, endTokens);
        }
    }

    /**
     * What came out.
     *
     * @param scores importance of each prompt token {@code [promptTokens]}, empty if the method needs none
     * @param kept prompt positions that reached the target, ascending
     * @param lookahead of the draft, in the target's vocabulary
     * @param acceptedLookahead tokens of it that became part of the answer
     * @param fullCacheTokens first tokens of the answer that were chosen before anything was evicted
     * @param keptKeys per layer; empty if nothing was evicted
     * @param output the answer
     */
    public record Result(
            float[] scores,
            int[] kept,
            int[] lookahead,
            int acceptedLookahead,
            int fullCacheTokens,
            List<KeptKeys> keptKeys,
            int[] output,
            StageNanos stages,
            KvBytes kvBytes) {}

    /**
     * Bytes of the target's cache before the first decoded token.
     *
     * @param kept held
     * @param full what the whole prompt would have held
     */
    public record KvBytes(long kept, long full) {}

    /**
     * Runs one request.
     *
     * @param choice chooses the answer's tokens
     * @param onToken is told each token of the answer as soon as it is known, and says whether it wants more
     * @throws IllegalStateException if the method needs a draft or a classifier and there is none
     */
    public Result run(Request request, TokenChoice choice, IntPredicate onToken, Cancellation cancellation) {
        Plan plan = plan(request, read(request, cancellation));
        TargetPrompt prompt = plan.prompt;
        try (KvArena arena = target.newArena(1, prompt.slotTokens(prompt.tokens().length) + request.maxNewTokens)) {
            KvSlot slot = arena.take();
            Prefilled prefilled = new TargetPrefill(target).run(slot, prompt, choice, cancellation);
            return answer(plan, slot, prefilled, choice, onToken, cancellation);
        }
    }

    /** What the target has to do, once the draft has read the prompt. */
    record Plan(
            Request request,
            DraftReading reading,
            float[] scores,
            int[] lookahead,
            int[] kept,
            TargetPrompt prompt,
            long selectNanos) {}

    /** Selects from a draft's reading of the prompt. */
    Plan plan(Request request, DraftReading reading) {
        int n = request.prompt.length;
        Method method = request.method;
        DraftWork work = method.draftWork(n, request.maxNewTokens);
        long started = System.nanoTime();
        // A classifier's scores are of the target's tokens already.
        float[] scores = work.scoring() == null ? reading.scores() : request.bridge.scores(reading.scores());
        int[] lookahead = request.bridge.lookahead(reading.lookahead());
        int[] kept = method.prompt().compresses(n)
                ? method.prompt().keep(n, scores)
                : IntStream.range(0, n).toArray();
        TargetPrompt prompt = targetPrompt(request, kept, scores, lookahead);
        return new Plan(request, reading, scores, lookahead, kept, prompt, System.nanoTime() - started);
    }

    /** Decodes the answer in a slot that holds the prefilled prompt. */
    Result answer(
            Plan plan,
            KvSlot slot,
            Prefilled prefilled,
            TokenChoice choice,
            IntPredicate onToken,
            Cancellation cancellation) {
        Request request = plan.request;
        long pairs = (long) request.prompt.length
                * target.shape().layers()
                * target.shape().kvHeads();
        KvBytes bytes =
                new KvBytes(slot.arena().bytesHeld(slot), pairs * slot.arena().bytesPerPair());
        long started = System.nanoTime();
        int[] output = decode(slot, prefilled, request, choice, onToken, cancellation);
        StageNanos stages =
                StageNanos.of(plan.reading, plan.selectNanos, prefilled.nanos(), System.nanoTime() - started);
        int accepted = Math.min(prefilled.acceptedLookahead(), output.length);
        return new Result(
                plan.scores,
                plan.kept,
                plan.lookahead,
                accepted,
                prefilled.fullCacheTokens(output.length),
                prefilled.kept(),
                output,
                stages,
                bytes);
    }

    /** Lets draft and classifier do what the request's method needs of them. */
    DraftReading read(Request request, Cancellation cancellation) {
        DraftWork work = request.method.draftWork(request.prompt.length, request.maxNewTokens);
        if (work.isNone()) {
            return DraftReading.NONE;
        }
        if (work.classified()) {
            return classify(request, cancellation);
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
            return new DraftReader(draft, arena).read(task, cancellation, DraftListener.NOBODY);
        }
    }

    /** Scores in the target's own tokens; no method asks for lookahead as well. */
    private DraftReading classify(Request request, Cancellation cancellation) {
        if (classifier == null) {
            throw new IllegalStateException(
                    "method " + request.method.name() + " needs a token classifier, and none is given");
        }
        long started = System.nanoTime();
        float[] scores = classifier.score(request.prompt, cancellation);
        return new DraftReading(scores, new int[0], System.nanoTime() - started, 0, 0);
    }

    private static DraftReading guess(Request request, int tokens) {
        long started = System.nanoTime();
        int[] lookahead = new NgramDrafter(request.prompt).draft(tokens, request.endTokens);
        return new DraftReading(new float[0], lookahead, 0, System.nanoTime() - started, 0);
    }

    private static TargetPrompt targetPrompt(Request request, int[] kept, float[] scores, int[] lookahead) {
        Method method = request.method;
        int[] tokens = gather(request.prompt, kept);
        CachePolicy policy = method.cache();
        if (policy.needsReceivedScores()) {
            float[] received = new float[kept.length];
            for (int i = 0; i < kept.length; i++) {
                received[i] = scores.length == 0 ? 0 : scores[kept[i]];
            }
            policy = policy.withReceivedScores(received);
        }
        return method.prompt().keepsOriginalPositions()
                ? new TargetPrompt(tokens, kept, request.prompt.length, policy, lookahead, method.verifyLookahead())
                : TargetPrompt.contiguous(tokens, policy, lookahead, method.verifyLookahead());
    }

    private int[] decode(
            KvSlot slot,
            Prefilled prefilled,
            Request request,
            TokenChoice choice,
            IntPredicate onToken,
            Cancellation cancellation) {
        int[] output = new int[request.maxNewTokens];
        int count = 0;
        int token = prefilled.tokens()[0];
        while (true) {
            output[count++] = token;
            boolean wanted = onToken.test(token);
            if (!wanted || count == request.maxNewTokens || request.endTokens.contains(token)) {
                return Arrays.copyOf(output, count);
            }
            if (count < prefilled.tokens().length) {
                token = prefilled.tokens()[count];
            } else {
                cancellation.check();
                float[] logits = DecodeStep.run(target, List.of(slot), new int[] {token})[0];
                token = choice.choose(logits, Arrays.copyOf(output, count));
            }
        }
    }

    private static int[] gather(int[] tokens, int[] kept) {
        int[] gathered = new int[kept.length];
        for (int i = 0; i < kept.length; i++) {
            gathered[i] = tokens[kept[i]];
        }
        return gathered;
    }
}
