package io.speckv.evals.fidelity;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.Cascade;
import io.speckv.engine.generate.CascadeSweep;
import io.speckv.engine.generate.PromptScorer;
import io.speckv.engine.generate.TokenChoice;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.evals.MethodOverrides;
import io.speckv.evals.Setting;
import io.speckv.selection.align.TokenBridge;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compares answers of models in this process: the full cache answers greedily, then every method reads that very answer token
 * by token, as it would have written it, so that each place is compared after the same tokens.
 */
public final class CascadeMeter implements AnswerMeter {
    private final DecoderModel target;
    private final CascadeSweep sweep;
    private final Function<int[], TokenBridge> bridges;
    private final MethodOverrides methods;

    /**
     * Creates a meter over open models, which stay the caller's.
     *
     * @param bridges from a prompt of the target to the draft
     * @param classifier null if no method is run that needs one
     */
    public CascadeMeter(
            DecoderModel target,
            DecoderModel draft,
            Function<int[], TokenBridge> bridges,
            @Nullable PromptScorer classifier,
            MethodOverrides methods) {
        this.target = target;
        this.sweep = new CascadeSweep(target, draft, classifier);
        this.bridges = bridges;
        this.methods = methods;
    }

    @Override
    public List<Measured> measure(int[] prompt, List<Setting> settings, int maxNewTokens) {
        TokenBridge bridge = bridges.apply(prompt);
        ObservedChoice full = ObservedChoice.greedy();
        Cascade.Result whole = run(prompt, bridge, List.of(Setting.fullCache()), List.of(full), maxNewTokens)
                .get(0);
        int[] answer = full.tokens();
        List<Setting> compressed =
                settings.stream().filter(setting -> !setting.keepsAll()).toList();
        List<ObservedChoice> forced = compressed.stream()
                .map(setting -> ObservedChoice.forcing(answer))
                .toList();
        Iterator<ObservedChoice> seen = forced.iterator();
        Iterator<Cascade.Result> results =
                run(prompt, bridge, compressed, forced, maxNewTokens).iterator();
        List<Measured> measured = new ArrayList<>();
        for (Setting setting : settings) {
            measured.add(
                    setting.keepsAll()
                            ? measured(AnswerLoss.none(answer.length), whole)
                            : measured(
                                    AnswerLoss.of(
                                            answer, full.logits(), seen.next().logits()),
                                    results.next()));
        }
        return measured;
    }

    private static Measured measured(AnswerLoss loss, Cascade.Result result) {
        return new Measured(
                loss,
                new Lookahead(result.lookahead().length, result.acceptedLookahead()),
                result.stages().untilFirstToken() / 1e6,
                result.stages().total() / 1e6,
                result.kvBytes().kept());
    }

    private List<Cascade.Result> run(
            int[] prompt, TokenBridge bridge, List<Setting> settings, List<ObservedChoice> choices, int maxNewTokens) {
        List<Cascade.Request> requests = settings.stream()
                .map(setting -> new Cascade.Request(
                        prompt,
                        bridge,
                        methods.method(setting),
                        maxNewTokens,
                        target.checkpoint().endTokens()))
                .toList();
        return sweep.run(requests, List.<TokenChoice>copyOf(choices), YieldPoint.NONE);
    }
}
