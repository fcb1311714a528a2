package io.speckv.engine.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CheckpointException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Configs have single quotes and eight layers. A layer is written {@code f} if it sees everything and {@code s} if it sees a
 * window, large if it rotates nothing, and with {@code *} if it has experts.
 */
class LayerReaderTest {
    private static final int LAYERS = 8;
    private static final int POSITIONS = 1000;
    private static final String TYPES =
            "'layer_types': ['full_attention', 'sliding_attention', 'full_attention', 'full_attention',"
                    + " 'full_attention', 'full_attention', 'full_attention', 'sliding_attention']";

    private static JsonFile file(String config) {
        String json = config.replace("TYPES", TYPES).replace('\'', '"');
        return JsonFile.parse(Path.of("config.json"), json.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(Architecture architecture, String config) {
        JsonFile file = file(config);
        return new LayerReader(file, LAYERS, POSITIONS, new RopeReader(file, POSITIONS, 500))
                .read(architecture).stream()
                        .map(layer -> {
                            String kind = layer.window() == LayerShape.NO_WINDOW ? "f" : "s";
                            return (layer.rope().equals(Rope.NONE) ? kind.toUpperCase(Locale.ROOT) : kind)
                                    + (layer.isSparse() ? "*" : "");
                        })
                        .collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        LLAMA     | {}                                                                     | ffffffff
        LLAMA     | {'sliding_window': 64, TYPES}                                          | fsfffffs
        MISTRAL   | {}                                                                     | ffffffff
        MISTRAL   | {'sliding_window': 64}                                                 | ssssssss
        MISTRAL   | {'sliding_window': null}                                               | ffffffff
        MISTRAL   | {'sliding_window': 1000}                                               | ffffffff
        PHI3      | {'sliding_window': 999}                                                | ssssssss
        QWEN2     | {'sliding_window': 64}                                                 | ffffffff
        QWEN2     | {'sliding_window': 64, 'use_sliding_window': true}                     | ffffffff
        QWEN2     | {'sliding_window': 64, 'use_sliding_window': true, 'max_window_layers': 5} | fffffsss
        QWEN3     | {'sliding_window': 64, 'use_sliding_window': true, TYPES}              | fsfffffs
        QWEN3_MOE | {}                                                                     | f*f*f*f*f*f*f*f*
        QWEN3_MOE | {'decoder_sparse_step': 2, 'mlp_only_layers': [3]}                     | ff*ffff*ff*
        QWEN3_MOE | {'sliding_window': 64, 'use_sliding_window': true, 'mlp_only_layers': [0, 1, 2, 3, 4, 5, 6, 7]} | ssssssss
        GEMMA3    | {'sliding_window': 64}                                                 | sssssfss
        GEMMA3    | {'sliding_window': 64, 'sliding_window_pattern': 2}                    | sfsfsfsf
        GEMMA3    | {'sliding_window': 64, TYPES}                                          | fsfffffs
        SMOLLM3   | {}                                                                     | fffFfffF
        SMOLLM3   | {'no_rope_layer_interval': 2}                                          | fFfFfFfF
        SMOLLM3   | {'no_rope_layers': [0, 1, 1, 1, 1, 1, 1, 0]}                           | FffffffF
        SMOLLM3   | {'sliding_window': 64, 'use_sliding_window': true}                     | fffSfffS
        """)
    void everyFamilyHasItsWayToSayIt(Architecture architecture, String config, String layers) {
        assertThat(read(architecture, config)).isEqualTo(layers);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        LLAMA     | {'use_sliding_window': true}                             | use_sliding_window
        LLAMA     | {TYPES}                                                  | sliding_window
        LLAMA     | {'layer_types': ['full_attention']}                      | layer_types
        LLAMA     | {'sliding_window': 64, 'layer_types': ['a', 'a', 'a', 'a', 'a', 'a', 'a', 'a']} | layer_types
        MISTRAL   | {'sliding_window': 0}                                    | sliding_window
        MISTRAL   | {'sliding_window': 'wide'}                               | sliding_window
        QWEN2     | {'sliding_window': 64, TYPES}                            | layer_types
        QWEN3_MOE | {'decoder_sparse_step': 0}                               | decoder_sparse_step
        GEMMA3    | {'sliding_window': 64, 'sliding_window_pattern': 0}      | sliding_window_pattern
        GEMMA3    | {}                                                       | sliding_window
        SMOLLM3   | {'no_rope_layers': [1, 0]}                               | no_rope_layers
        SMOLLM3   | {'no_rope_layer_interval': 0}                            | no_rope_layer_interval
        """)
    void whatCannotBeIsNamed(Architecture architecture, String config, String key) {
        assertThatThrownBy(() -> read(architecture, config))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("config.json: ")
                .hasMessageContaining(key);
    }

    @Test
    void expertsThatAConfigLeavesUnsaidAreTransformersDefaults() {
        assertThat(LayerReader.experts(file("{}"))).isEqualTo(new Experts(128, 8, 768, false));
        assertThat(LayerReader.experts(file("{'num_local_experts': 16, 'num_experts_per_tok': 2,"
                        + " 'moe_intermediate_size': 32, 'norm_topk_prob': true}")))
                .isEqualTo(new Experts(16, 2, 32, true));
        assertThat(LayerReader.experts(file("{'num_experts': 4, 'num_local_experts': 16, 'num_experts_per_tok': 2}"))
                        .count())
                .isEqualTo(4);
    }
}
