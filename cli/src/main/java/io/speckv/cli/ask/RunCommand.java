package io.speckv.cli.ask;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.cli.local.DraftModel;
import io.speckv.cli.local.LocalClassifier;
import io.speckv.cli.options.MethodArguments;
import io.speckv.cli.options.ModelArguments;
import io.speckv.cli.options.PromptArguments;
import io.speckv.engine.Cancellation;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.generate.Cascade;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.align.TokenBridge;
import io.speckv.selection.cache.KeptKeys;
import io.speckv.selection.method.Method;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs one method on one prompt in this process and tells everything that happened. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Run one method on one prompt in this process, greedily.")
public final class RunCommand implements Callable<Integer> {
    @Option(names = "--target", required = true, paramLabel = "DIR", description = "checkpoint of the target model")
    Path target = Path.of("");

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    Draft draft = new Draft();

    @ArgGroup(exclusive = true, multiplicity = "1")
    PromptArguments prompt = new PromptArguments();

    @Mixin
    MethodArguments method = new MethodArguments();

    @Mixin
    ModelArguments models = new ModelArguments();

    @Option(names = "--max-new-tokens", defaultValue = "64", description = "length of the answer (${DEFAULT-VALUE})")
    int maxNewTokens = 64;

    @Option(names = "--ignore-eos", description = "go on after an end token")
    boolean ignoreEos;

    @Option(names = "--json", description = "print one JSON object")
    boolean json;

    /** Who drafts; nobody where neither is given. */
    static final class Draft {
        @Option(names = "--draft", required = true, paramLabel = "DIR", description = "checkpoint of the draft model")
        @Nullable
        Path folder;

        @Option(
                names = "--ngram-draft",
                required = true,
                description = "no draft model: guess lookahead from the prompt's own n-grams")
        boolean ngrams;

        DraftModel open(ModelOptions options) {
            return ngrams ? DraftModel.ofNgrams() : DraftModel.open(folder, options);
        }
    }

    @Override
    public Integer call() throws IOException {
        Method chosen = method.method();
        String text = prompt.text();
        try (Tokenizer tokenizer = Tokenizer.open(target);
                DecoderModel targetModel = DecoderModel.open(target, models.options());
                DraftModel draftModel = draft.open(models.options());
                LocalClassifier classifier = LocalClassifier.open(chosen, models.options())) {
            int[] tokens = prompt.tokens(text, tokenizer);
            TokenBridge bridge = draftModel.bridge(tokenizer, tokens);
            Set<Integer> ends = ignoreEos ? Set.of() : targetModel.checkpoint().endTokens();
            draftModel.requireFor(chosen, tokens.length, maxNewTokens);
            classifier.requireFor(chosen, tokens.length, maxNewTokens);
            Cascade.Result result = draftModel
                    .cascade(targetModel, classifier.scorer(tokenizer))
                    .run(
                            new Cascade.Request(tokens, bridge, chosen, maxNewTokens, ends),
                            (logits, generated) -> Greedy.token(logits),
                            token -> true,
                            Cancellation.NEVER);
            String answer = tokenizer.decode(result.output(), SpecialTokens.EXCLUDED);
            System.out.println(json ? json(tokens, result, answer) : answer);
        }
        return 0;
    }

    private static String json(int[] prompt, Cascade.Result result, String text) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("prompt_ids", prompt);
        fields.put("scores", result.scores());
        fields.put("kept", result.kept());
        fields.put("lookahead", result.lookahead());
        fields.put("accepted_lookahead", result.acceptedLookahead());
        List<int[][]> selected =
                result.keptKeys().stream().map(KeptKeys::selected).toList();
        fields.put("kept_per_layer_head", selected);
        fields.put("output_ids", result.output());
        fields.put("text", text);
        Map<String, Double> timings = new LinkedHashMap<>();
        result.stages().byStage().forEach((stage, nanos) -> timings.put(stage, nanos / 1e6));
        fields.put("timings_ms", timings);
        Map<String, Long> bytes = new LinkedHashMap<>();
        bytes.put("kept", result.kvBytes().kept());
        bytes.put("full", result.kvBytes().full());
        fields.put("kv_bytes", bytes);
        return new ObjectMapper().writeValueAsString(fields);
    }
}
