package io.speckv.engine.generate;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.Eviction;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.engine.torch.PrefixLease;
import io.speckv.engine.torch.PromptPass;
import io.speckv.engine.torch.SavedQueries;
import io.speckv.selection.cache.LookaheadSource;
import io.speckv.selection.cache.SparsePrefill;
import io.speckv.selection.method.DraftWork;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Many methods on one prompt, each with the answer that {@link Cascade} gives greedily, in a fraction of the time. The draft
 * reads once for all methods that need the same of it, and the target prefills once for all methods that evict from the same
 * tokens.
 *
 * <p>Reported times are those of a separate request: work that was shared counts for each method that needed it. A target
 * pass that several methods share holds the keys of all layers and, for H2O, the queries of the whole prompt.
 */
public final class CascadeSweep {
    private static final TokenChoice GREEDY = (logits, generated) -> Greedy.token(logits);

    private final DecoderModel target;
    private final Cascade cascade;
    private final TargetPrefill prefill;

    /**
     * A sweep over open models, which stay the caller's.
     *
     * @param draft null if no method is run that needs one
     */
    public CascadeSweep(DecoderModel target, @Nullable DecoderModel draft) {
        this(target, draft, null);
    }

    /**
     * A sweep that also runs methods of token classification.
     *
     * @param draft null if no method is run that needs one
     * @param classifier null if no method is run that needs one
     */
    public CascadeSweep(DecoderModel target, @Nullable DecoderModel draft, @Nullable PromptScorer classifier) {
        this.target = target;
        this.cascade = new Cascade(target, draft, classifier);
        this.prefill = new TargetPrefill(target);
    }

    /** Tokens and their positions. Two methods must have the same ones to share a pass of the target. */
    private record Fed(IntBuffer tokens, IntBuffer positions) {
        static Fed of(TargetPrompt prompt) {
            int[] lookahead = TargetPrefill.lookahead(prompt);
            return new Fed(
                    IntBuffer.wrap(TargetPrefill.concat(prompt.tokens(), lookahead)),
                    IntBuffer.wrap(TargetPrefill.positions(prompt, lookahead.length)));
        }
    }

    /**
     * Returns one result per request, in their order, with greedy answers.
     *
     * @param requests of the same prompt and bridge
     * @throws IllegalArgumentException if two prompts differ
     */
    public List<Cascade.Result> run(List<Cascade.Request> requests, YieldPoint yieldPoint) {
        return run(requests, Collections.nCopies(requests.size(), GREEDY), yieldPoint);
    }

    /**
     * Returns one result per request, in their order.
     *
     * @param requests of the same prompt and bridge
     * @param choices choice of each answer's tokens, one for each request
     * @throws IllegalArgumentException if two prompts differ
     */
    public List<Cascade.Result> run(List<Cascade.Request> requests, List<TokenChoice> choices, YieldPoint yieldPoint) {
        Map<DraftWork, DraftReading> readings = new HashMap<>();
        Map<Fed, List<Integer>> sharing = new LinkedHashMap<>();
        List<LocalRun> runs = new ArrayList<>();
        for (Cascade.Request request : requests) {
            if (!Arrays.equals(request.prompt(), requests.get(0).prompt())) {
                throw new IllegalArgumentException("requests of one sweep must have one prompt");
            }
            LocalRun run = new LocalRun(request);
            run.read(readings.computeIfAbsent(run.work(), work -> cascade.read(request, work, yieldPoint)));
            if (sharesItsPass(run.prompt())) {
                sharing.computeIfAbsent(Fed.of(run.prompt()), unused -> new ArrayList<>())
                        .add(runs.size());
            }
            runs.add(run);
        }
        Map<Integer, Cascade.Result> results = new HashMap<>();
        for (List<Integer> group : sharing.values()) {
            if (group.size() > 1) {
                together(group, runs, choices, results, yieldPoint);
            }
        }
        List<Cascade.Result> ordered = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            Cascade.Result shared = results.get(i);
            ordered.add(shared == null ? alone(runs.get(i), choices.get(i), yieldPoint) : shared);
        }
        return ordered;
    }

    /** Returns whether the policy affects only the eviction after the pass. It affects a sparse pass as well. */
    private static boolean sharesItsPass(TargetPrompt prompt) {
        SparsePrefill sparse = prompt.policy().sparsePrefill();
        int fed = prompt.tokens().length + prompt.lookaheadFed();
        return prompt.policy().compresses(prompt.tokens().length) && (sparse == null || !sparse.applies(fed));
    }

    private Cascade.Result alone(LocalRun run, TokenChoice choice, YieldPoint yieldPoint) {
        try (KvArena arena = arena(run.prompt(), run.request().maxNewTokens())) {
            KvSlot slot = arena.take();
            Prefilled prefilled = prefill.run(slot, run.prompt(), choice, yieldPoint);
            return cascade.answer(run, slot, prefilled, choice, token -> true, yieldPoint);
        }
    }

    private KvArena arena(TargetPrompt prompt, int newTokens) {
        return target.newArena(1, prompt.slotTokens(prompt.tokens().length) + newTokens);
    }

    private void together(
            List<Integer> group,
            List<LocalRun> runs,
            List<TokenChoice> choices,
            Map<Integer, Cascade.Result> results,
            YieldPoint yieldPoint) {
        List<Integer> order = new ArrayList<>(group);
        // The first policy decides how many queries the pass remembers for the others.
        order.sort(Comparator.comparingInt(i -> -queries(runs.get(i).prompt())));
        LocalRun first = runs.get(order.get(0));
        int newTokens = group.stream()
                .mapToInt(i -> runs.get(i).request().maxNewTokens())
                .max()
                .orElseThrow();
        Fed fed = Fed.of(first.prompt());
        try (KvArena arena = arena(first.prompt(), newTokens)) {
            KvSlot slot = arena.take();
            long started = System.nanoTime();
            try (PromptPass pass =
                            PromptPass.keepingAllLayers(target, slot, firstEviction(first.prompt()), PrefixLease.NONE);
                    SavedQueries none = new SavedQueries(target)) {
                pass.feed(fed.tokens.array(), fed.positions.array(), true, yieldPoint);
                long passed = System.nanoTime() - started - pass.evictionNanos();
                long evicted = pass.evictionNanos();
                for (int i : order) {
                    LocalRun run = runs.get(i);
                    if (i != order.get(0)) {
                        long again = System.nanoTime();
                        pass.evictAgain(firstEviction(run.prompt()), none);
                        evicted = System.nanoTime() - again;
                    }
                    Prefilled.Nanos nanos = new Prefilled.Nanos(passed, evicted, 0);
                    Prefilled prefilled = prefilled(pass, nanos, run.prompt(), slot, choices.get(i), yieldPoint);
                    results.put(i, cascade.answer(run, slot, prefilled, choices.get(i), token -> true, yieldPoint));
                }
            }
        }
    }

    private Prefilled prefilled(
            PromptPass pass,
            Prefilled.Nanos nanos,
            TargetPrompt prompt,
            KvSlot slot,
            TokenChoice choice,
            YieldPoint yieldPoint) {
        slot.setNextPosition(prompt.continuesAt());
        LookaheadSource.PseudoDecoding pseudo =
                prompt.policy().lookaheadSource().pseudoDecoding();
        return pseudo == null
                ? prefill.firstTokens(pass, 0, nanos, prompt, slot, choice, yieldPoint)
                : new LookaheadQueries(target, null, pseudo)
                        .choose(pass, 0, nanos.prefill() + nanos.evict(), prompt, slot, choice, yieldPoint);
    }

    /**
     * Returns the eviction right after the pass. LAQ's first stage is such an eviction, and it decodes its lookahead from
     * what is left.
     */
    private static Eviction firstEviction(TargetPrompt prompt) {
        LookaheadSource.PseudoDecoding pseudo =
                prompt.policy().lookaheadSource().pseudoDecoding();
        return pseudo == null
                ? TargetPrefill.eviction(prompt)
                : new Eviction(pseudo.stageOne(), prompt.tokens().length, 0, false);
    }

    private static int queries(TargetPrompt prompt) {
        return firstEviction(prompt).queries(prompt.lookaheadFed());
    }
}
