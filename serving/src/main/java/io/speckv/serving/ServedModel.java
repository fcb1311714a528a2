package io.speckv.serving;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.SamplingDefaults;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.text.Tokenizer;
import java.util.Locale;
import java.util.Set;

/** A model with its tokenizer, as a service offers it. Thread-safe; the caller closes it. */
public final class ServedModel implements AutoCloseable {
    private final String name;
    private final DecoderModel decoder;
    private final Tokenizer tokenizer;
    private final SamplingDefaults samplingDefaults;

    private ServedModel(String name, DecoderModel decoder, Tokenizer tokenizer, SamplingDefaults samplingDefaults) {
        this.name = name;
        this.decoder = decoder;
        this.tokenizer = tokenizer;
        this.samplingDefaults = samplingDefaults;
    }

    /**
     * Loads a model.
     *
     * @throws io.speckv.engine.EngineException if the weights are missing, damaged or unsupported
     * @throws io.speckv.text.TokenizerException if the tokenizer is missing, damaged or unsupported
     */
    public static ServedModel open(ModelSettings settings) {
        return open(settings, settings.options());
    }

    /** Loads a model with options beyond those of the settings. */
    public static ServedModel open(ModelSettings settings, ModelOptions options) {
        Tokenizer tokenizer = Tokenizer.open(settings.folder());
        boolean opened = false;
        try {
            SamplingDefaults sampling = SamplingDefaults.read(settings.folder());
            ServedModel model = new ServedModel(
                    settings.servedName(), DecoderModel.open(settings.folder(), options), tokenizer, sampling);
            opened = true;
            return model;
        } finally {
            if (!opened) {
                tokenizer.close();
            }
        }
    }

    public String name() {
        return name;
    }

    public DecoderModel decoder() {
        return decoder;
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Returns the sampling settings in the model's own files. */
    public SamplingDefaults samplingDefaults() {
        return samplingDefaults;
    }

    /** Returns the tokens that end a text. */
    public Set<Integer> endTokens() {
        return decoder.checkpoint().endTokens();
    }

    /** Returns the number of token ids; every id is below it. */
    public int vocabSize() {
        return decoder.shape().vocabSize();
    }

    /**
     * Returns normally if a request's tokens come from this model's tokenizer, or if {@code fingerprint} is not given.
     *
     * @throws RequestException with TOKENIZER_MISMATCH if they do not
     */
    public void requireFingerprint(String fingerprint) {
        if (!fingerprint.isEmpty() && !fingerprint.equals(tokenizer.fingerprint())) {
            throw RequestException.ofField(
                            FailureCode.TOKENIZER_MISMATCH,
                            "tokenizer_fingerprint",
                            "is not that of model " + name + ", which is " + tokenizer.fingerprint())
                    .with("model", name);
        }
    }

    /** Returns the description that clients get, with the service's own limits. */
    public ModelDescription describe(int maxPromptTokens, int maxNewTokens) {
        ModelShape shape = decoder.shape();
        return ModelDescription.newBuilder()
                .setName(name)
                .setFamily(shape.architecture().modelType())
                .setVocabSize(shape.vocabSize())
                .setTokenizerFingerprint(tokenizer.fingerprint())
                .setWeightsFingerprint(decoder.checkpoint().weightsFingerprint())
                .setWeightsFormat(decoder.checkpoint().weightsFormat())
                .setMaxPromptTokenCount(maxPromptTokens)
                .setMaxNewTokenCount(maxNewTokens)
                .setDtype(decoder.precision().toString().toLowerCase(Locale.ROOT))
                .setDevice(decoder.device().toString())
                .setLayerCount(shape.layers())
                .setHeadCount(shape.heads())
                .setKvHeadCount(shape.kvHeads())
                .setHeadDim(shape.headDim())
                .setKvBytesPerToken(decoder.kvBytesPerToken())
                .build();
    }

    @Override
    public void close() {
        decoder.close();
        tokenizer.close();
    }
}
