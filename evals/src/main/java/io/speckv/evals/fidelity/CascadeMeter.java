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
import io.speckv.selection.prompt.PromptPolicy;
import io.speckv.selection.prompt.PromptText;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compares answers of models in this process. The full cache answers greedily. Then every method reads that answer token by
 * token as if it had written it, so that each place is compared after the same tokens.
 */
public final class CascadeMeter implements AnswerMeter {
    private static final Lookahead NOTHING = new Lookahead(0, 0);

    private final DecoderModel target;
    private final CascadeSweep sweep;
    private final Function<int[], TokenBridge> bridges;
    private final BiFunction<int[], PromptPolicy, PromptText> texts;
    private final MethodOverrides methods;

    /**
     * Creates a meter over open models, which the caller still closes.
     *
     * @param bridges from a prompt of the target to the draft
     * @param texts finds what a policy needs to know about a prompt's text
     * @param classifier null if no method needs one
     */
    public CascadeMeter(
            DecoderModel target,
            DecoderModel draft,
            Function<int[], TokenBridge> bridges,
            BiFunction<int[], PromptPolicy, PromptText> texts,
            @Nullable PromptScorer classifier,
            MethodOverrides methods) {
        this.target = target;
        this.sweep = new CascadeSweep(target, draft, classifier);
        this.bridges = bridges;
        this.texts = texts;
        this.methods = methods;
    }

    @Override
    public List<Measured> measure(int[] prompt, List<Setting> settings, int maxNewTokens) {
        TokenBridge bridge = bridges.apply(prompt);
        FullAnswer full = new FullAnswer();
        Cascade.Result whole = run(prompt, bridge, List.of(Setting.fullCache()), List.of(full), maxNewTokens)
                .get(0);
        List<Setting> compressed =
                settings.stream().filter(setting -> !setting.keepsAll()).toList();
        List<ReadAnswer> reading =
                compressed.stream().map(setting -> new ReadAnswer(full)).toList();
        Iterator<ReadAnswer> read = reading.iterator();
        Iterator<Cascade.Result> results =
                run(prompt, bridge, compressed, reading, maxNewTokens).iterator();
        List<Measured> measured = new ArrayList<>();
        for (Setting setting : settings) {
            measured.add(
                    setting.keepsAll()
                            ? measured(AnswerLoss.none(full.tokens().length), NOTHING, whole, 0, 0)
                            : measured(setting, read.next(), results.next()));
        }
        return measured;
    }

    private Measured measured(Setting setting, ReadAnswer read, Cascade.Result result) {
        // Unverified lookahead counts as neither right nor wrong.
        Lookahead lookahead = methods.method(setting).verifyLookahead()
                ? new Lookahead(result.lookahead().length, result.rightLookahead())
                : NOTHING;
        AnswerLoss loss = read.loss();
        // The first token is chosen together with the verified lookahead before it.
        long first = read.comparingNanos(1 + result.rightLookahead());
        return measured(loss, lookahead, result, first, read.comparingNanos(loss.tokens()));
    }

    private static Measured measured(
            AnswerLoss loss, Lookahead lookahead, Cascade.Result result, long comparingFirst, long comparing) {
        return new Measured(
                loss,
                lookahead,
                (result.stages().untilFirstToken() - comparingFirst) / 1e6,
                (result.stages().total() - comparing) / 1e6,
                result.kvBytes().kept());
    }

    private List<Cascade.Result> run(
            int[] prompt,
            TokenBridge bridge,
            List<Setting> settings,
            List<? extends TokenChoice> choices,
            int maxNewTokens) {
        List<Cascade.Request> requests = settings.stream()
                .map(methods::method)
                .map(method -> new Cascade.Request(
                        prompt,
                        bridge,
                        method,
                        maxNewTokens,
                        target.checkpoint().endTokens(),
                        texts.apply(prompt, method.prompt())))
                .toList();
        return sweep.run(requests, List.<TokenChoice>copyOf(choices), YieldPoint.NONE);
    }
}
