package io.speckv.router;

import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.selection.drafting.NgramDrafter;
import io.speckv.selection.method.DraftWork;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Decides what becomes of a request whose draft cannot do its part. Thread-safe. */
final class FallbackPlanner {
    private final ModelDirectory directory;
    private final MethodReader methods;
    private final Set<Integer> controlTokens;
    private final int ngramTokens;

    /**
     * @param controlTokens of the target's vocabulary, at which its answers end
     * @param ngramTokens most tokens to guess from a prompt's n-grams, where the target takes as many
     */
    FallbackPlanner(ModelDirectory directory, MethodReader methods, Set<Integer> controlTokens, int ngramTokens) {
        this.directory = directory;
        this.methods = methods;
        this.controlTokens = Set.copyOf(controlTokens);
        this.ngramTokens = ngramTokens;
    }

    /** Returns what is done instead, or nothing where the request's policy lets it fail. */
    Optional<Substitute> plan(Generation request) {
        RequestedMethod other = methods.withoutDraft(request.fallback());
        if (other == null) {
            return Optional.empty();
        }
        return Optional.of(
                request.fallback() == FallbackPolicy.FALLBACK_POLICY_NGRAM
                        ? guessing(request, other)
                        : new Substitute(other, new int[0]));
    }

    /** The prompt's n-grams can take the draft's place where nothing but lookahead is asked of it. */
    private Substitute guessing(Generation request, RequestedMethod other) {
        RequestedMethod method = work(request, request.method()).lookaheadOnly() ? request.method() : other;
        int most = Math.min(
                Math.min(ngramTokens, directory.mostLookaheadTokens()),
                work(request, method).lookaheadTokens());
        return new Substitute(method, most == 0 ? new int[0] : guess(request, most));
    }

    /** One at a time: when a draft is lost all its requests come here at once, and each table takes megabytes. */
    private synchronized int[] guess(Generation request, int most) {
        return new NgramDrafter(request.prompt().ids()).draft(most, ends(request.sampling()));
    }

    private static DraftWork work(Generation request, RequestedMethod method) {
        return method.method().draftWork(request.prompt().size(), request.maxNewTokens());
    }

    private Set<Integer> ends(SamplingSettings sampling) {
        Set<Integer> ends = new HashSet<>(sampling.getStopTokenIdsList());
        if (!sampling.getIgnoreEos()) {
            ends.addAll(controlTokens);
        }
        return ends;
    }
}
