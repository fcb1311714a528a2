package io.speckv.evals;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.Cascade;
import io.speckv.engine.generate.CascadeSweep;
import io.speckv.engine.generate.PromptScorer;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.align.TokenBridge;
import io.speckv.selection.method.Method;
import io.speckv.text.PromptTexts;
import io.speckv.text.SpecialTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers greedily with models in this process.
 *
 * <p>Methods share draft readings and target passes; each reports the time it would have taken alone.
 */
public final class CascadeGenerator implements Generator {
    private final DecoderModel target;
    private final CascadeSweep sweep;
    private final PromptTokenizer prompts;
    private final Function<int[], TokenBridge> bridges;
    private final MethodOverrides methods;

    /**
     * Creates a generator over open models, which the caller still closes.
     *
     * @param prompts tokenizer of the target's prompts
     * @param bridges from a prompt of the target to the draft
     * @param classifier null if no method needs one
     */
    public CascadeGenerator(
            DecoderModel target,
            DecoderModel draft,
            PromptTokenizer prompts,
            Function<int[], TokenBridge> bridges,
            @Nullable PromptScorer classifier,
            MethodOverrides methods) {
        this.target = target;
        this.sweep = new CascadeSweep(target, draft, classifier);
        this.prompts = prompts;
        this.bridges = bridges;
        this.methods = methods;
    }

    @Override
    public List<Generated> generate(Request request) {
        int[] prompt = prompts.of(request.prompt());
        TokenBridge bridge = bridges.apply(prompt);
        List<Cascade.Request> requests = request.settings().stream()
                .map(setting -> asked(prompt, bridge, methods.method(setting), request.maxNewTokens()))
                .toList();
        List<Generated> answers = new ArrayList<>();
        for (Cascade.Result result : sweep.run(requests, YieldPoint.NONE)) {
            answers.add(new Generated(
                    prompts.tokenizer().decode(result.output(), SpecialTokens.EXCLUDED),
                    prompt.length,
                    result.output().length,
                    result.stages().untilFirstToken() / 1e6,
                    result.stages().total() / 1e6,
                    result.kvBytes().kept()));
        }
        return answers;
    }

    private Cascade.Request asked(int[] prompt, TokenBridge bridge, Method method, int newTokens) {
        return new Cascade.Request(
                prompt,
                bridge,
                method,
                newTokens,
                target.checkpoint().endTokens(),
                PromptTexts.of(prompts.tokenizer(), prompt, method.prompt()));
    }
}
