package io.speckv.router.request;

import io.speckv.cascade.Choice;
import io.speckv.cascade.Fallback;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.router.pool.ModelDirectory;
import io.speckv.selection.drafting.NgramDrafter;
import io.speckv.selection.method.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What the fallback policies of requests mean with this router's settings. Thread-safe. */
public final class FallbackRules {
    private final ModelDirectory directory;
    private final MethodReader methods;
    private final Set<Integer> controlTokens;
    private final int ngramTokens;

    /**
     * @param controlTokens of the target's vocabulary, at which its answers end
     * @param ngramTokens most tokens to guess from a prompt's n-grams, where the target takes as many
     */
    public FallbackRules(ModelDirectory directory, MethodReader methods, Set<Integer> controlTokens, int ngramTokens) {
        this.directory = directory;
        this.methods = methods;
        this.controlTokens = Set.copyOf(controlTokens);
        this.ngramTokens = ngramTokens;
    }

    public Fallback of(InferenceRequest request) {
        return new Fallback.ByLoss(of(request.fallback()), of(request.overloaded()));
    }

    private Fallback of(FallbackPolicy policy) {
        List<Method> others = methods.withoutDraft(policy).stream()
                .map(RequestedMethod::method)
                .toList();
        if (others.isEmpty()) {
            return new Fallback.Fail();
        }
        return policy == FallbackPolicy.FALLBACK_POLICY_NGRAM
                ? new Fallback.Ngrams(others.get(0), Math.min(ngramTokens, directory.mostLookaheadTokens()))
                : new Fallback.TargetAlone(others);
    }

    /** Returns the applied method with its settings: the requested one, its remaining prompt stage, or the policy's. */
    public RequestedMethod applied(InferenceRequest request, Choice choice) {
        if (choice.method().equals(request.method().method())) {
            return request.method();
        }
        if (choice.method().equals(Method.FULL)) {
            return methods.full();
        }
        RequestedMethod left = request.method();
        return choice.lost() == null
                ? left.promptStage(choice.method())
                : Stream.of(request.fallback(), request.overloaded())
                        .flatMap(policy -> methods.withoutDraft(policy).stream())
                        .filter(other -> other.method().equals(choice.method()))
                        .findFirst()
                        .orElseGet(() -> left.promptStage(choice.method()));
    }

    /**
     * Returns the lookahead that n-grams guess. Only one request guesses at a time: after the loss of a draft all requests come
     * here, and each table takes megabytes.
     */
    public synchronized int[] guess(InferenceRequest request, int most) {
        return new NgramDrafter(request.prompt().ids()).draft(most, ends(request.sampling()));
    }

    private Set<Integer> ends(SamplingSettings sampling) {
        Set<Integer> ends = new HashSet<>(sampling.getStopTokenIdsList());
        if (!sampling.getIgnoreEos()) {
            ends.addAll(controlTokens);
        }
        return ends;
    }
}
