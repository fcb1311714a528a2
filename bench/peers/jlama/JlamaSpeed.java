import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.AbstractModel.InferenceType;
import com.github.tjake.jlama.model.llama.LlamaConfig;
import com.github.tjake.jlama.model.llama.LlamaModel;
import com.github.tjake.jlama.model.qwen2.Qwen2Config;
import com.github.tjake.jlama.model.qwen2.Qwen2Model;
import com.github.tjake.jlama.safetensors.Config;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.SafeTensorSupport;
import com.github.tjake.jlama.safetensors.WeightLoader;
import com.github.tjake.jlama.safetensors.prompt.PromptSupport;
import com.github.tjake.jlama.safetensors.tokenizer.Tokenizer;
import com.github.tjake.jlama.safetensors.tokenizer.TokenizerModel;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import com.github.tjake.jlama.util.JsonSupport;
import com.github.tjake.jlama.util.PhysicalCoreExecutor;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Prints, as one line of JSON, how fast Jlama prefills prompts of the given lengths and decodes after each.
 *
 * <p>{@code java -cp 'INSTALL_DIR/*' JlamaSpeed.java FOLDER MODEL_TYPE THREADS DECODE_STEPS VOCAB_SIZE PROMPT_TOKENS...}
 */
public final class JlamaSpeed {
    public static void main(String[] args) throws Exception {
        File folder = new File(args[0]);
        int[] numbers = Arrays.stream(args).skip(2).mapToInt(Integer::parseInt).toArray();
        PhysicalCoreExecutor.overrideThreadCount(numbers[0]);
        int steps = numbers[1];
        int vocabSize = numbers[2];
        try (AbstractModel model = open(folder, args[1])) {
            measure(model, 64, steps, vocabSize);
            StringJoiner speeds = new StringJoiner(",", "[", "]");
            for (int i = 3; i < numbers.length; i++) {
                speeds.add(measure(model, numbers[i], steps, vocabSize));
            }
            System.out.println(speeds);
        }
        System.exit(0);
    }

    private static AbstractModel open(File folder, String modelType) throws Exception {
        WeightLoader weights = SafeTensorSupport.loadWeights(folder);
        File config = new File(folder, "config.json");
        Tokenizer tokenizer = new NoTokenizer();
        InferenceType all = InferenceType.FULL_GENERATION;
        // The same working types as in Jlama's own command line.
        DType working = DType.F32;
        DType quantized = DType.I8;
        return switch (modelType) {
            case "llama" -> {
                Config shape = JsonSupport.om.readValue(config, LlamaConfig.class);
                yield new LlamaModel(all, shape, weights, tokenizer, working, quantized, Optional.empty());
            }
            case "qwen2" -> {
                Config shape = JsonSupport.om.readValue(config, Qwen2Config.class);
                yield new Qwen2Model(all, shape, weights, tokenizer, working, quantized, Optional.empty());
            }
            default -> throw new IllegalArgumentException("Jlama runs llama and qwen2, not " + modelType);
        };
    }

    private static String measure(AbstractModel model, int promptTokens, int steps, int vocabSize) {
        int[] prompt = new int[promptTokens];
        for (int i = 0; i < promptTokens; i++) {
            prompt[i] = 3 + (int) (i * 7919L % (vocabSize - 3));
        }
        double[] decode = new double[steps];
        double prefill;
        try (KvBufferCache cache = new KvBufferCache(model);
                KvBufferCache.KvBuffer keys = cache.getEphemeralKvBuffer();
                AbstractTensor<?, ?> logits = model.makeDenseTensor(vocabSize)) {
            long started = System.nanoTime();
            int next;
            try (AbstractTensor<?, ?> hidden = model.batchForward(prompt, 0, keys)) {
                next = model.sample(hidden.slice(hidden.shape().first() - 1), 0, 0, logits);
            }
            prefill = seconds(started);
            for (int i = 0; i < steps; i++) {
                started = System.nanoTime();
                try (AbstractTensor<?, ?> hidden = model.forward(next, promptTokens + i, keys, Optional.empty())) {
                    next = model.sample(hidden, 0, 0, logits);
                }
                decode[i] = seconds(started);
            }
        }
        Arrays.sort(decode);
        return String.format(
                Locale.ROOT,
                "{\"promptTokens\":%d,\"prefillTokensPerSecond\":%f,\"decodeTokensPerSecond\":%f}",
                promptTokens,
                promptTokens / prefill,
                1 / decode[steps / 2]);
    }

    private static double seconds(long started) {
        return (System.nanoTime() - started) / 1e9;
    }

    /** Is never called, since prompts are token ids. */
    private static final class NoTokenizer implements Tokenizer {
        @Override
        public List<String> tokenize(String text) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long[] encode(String text) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String decode(long id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String decode(long[] ids) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<PromptSupport> promptSupport() {
            return Optional.empty();
        }

        @Override
        public TokenizerModel getModel() {
            throw new UnsupportedOperationException();
        }
    }
}
