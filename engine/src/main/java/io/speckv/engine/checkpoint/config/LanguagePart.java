package io.speckv.engine.checkpoint.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The language part of a model of text and pictures, which is a decoder like any other. Its config is {@code text_config} of
 * the whole config, and the names of its tensors have a prefix. Pictures are not read.
 */
public final class LanguagePart {
    public static final String TEXT = "text_config";

    private static final String TYPE = "model_type";
    private static final String DEFAULTS = "text-config-defaults.json";

    /** Models whose language part can be computed on its own, as long as a prompt holds nothing but text. */
    private enum Whole {
        GEMMA3("gemma3", Architecture.GEMMA3),
        MISTRAL3("mistral3", Architecture.MISTRAL),
        LLAVA("llava", Architecture.LLAMA),
        LLAVA_NEXT("llava_next", Architecture.LLAMA),
        LLAVA_ONEVISION("llava_onevision", Architecture.QWEN2);

        private final String modelType;
        private final Architecture usual;

        Whole(String modelType, Architecture usual) {
            this.modelType = modelType;
            this.usual = usual;
        }

        private String modelType() {
            return modelType;
        }
    }

    private LanguagePart() {}

    /**
     * Returns the config of the language part, which is the whole config in a model of text only. Keys that such a part
     * lacks get transformers' defaults, because transformers saves only values that differ from them.
     */
    static JsonFile config(JsonFile config) {
        if (!config.has(TEXT)) {
            return config;
        }
        Whole whole = config.requireOneOf(TYPE, Whole.values(), Whole::modelType);
        JsonFile text = config.requireObject(TEXT);
        String type = text.has(TYPE) ? text.requireText(TYPE) : whole.usual.modelType();
        JsonFile named = text.over(defaults(config.file()).object(type).orElse(text));
        return text.has(TYPE) ? named : named.with(TYPE, type);
    }

    private static JsonFile defaults(Path file) {
        try (InputStream in = LanguagePart.class.getResourceAsStream(DEFAULTS)) {
            return JsonFile.parse(file, Objects.requireNonNull(in, DEFAULTS).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the name that a tensor of the language part has in a model of text only. Other names stay unchanged. */
    public static String tensorName(String stored) {
        if (stored.startsWith("model.language_model.")) {
            return "model." + stored.substring("model.language_model.".length());
        }
        return stored.startsWith("language_model.") ? stored.substring("language_model.".length()) : stored;
    }
}
