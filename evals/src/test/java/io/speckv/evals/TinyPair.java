package io.speckv.evals;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.text.Tokenizer;
import java.nio.file.Path;

/** The bundled pair of models, which share a tokenizer, in float32. Who opens one closes it. */
public final class TinyPair {
    private static final Path MODELS =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("models");
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);

    private TinyPair() {}

    public static Tokenizer tokenizer() {
        return Tokenizer.open(MODELS.resolve("speckv-tiny-target"));
    }

    public static DecoderModel target() {
        return DecoderModel.open(MODELS.resolve("speckv-tiny-target"), FP32);
    }

    public static DecoderModel draft() {
        return DecoderModel.open(MODELS.resolve("speckv-tiny-draft"), FP32);
    }
}
