package io.speckv.selection.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.selection.FixedBudget;
import io.speckv.selection.cache.SpecKv;
import io.speckv.selection.prompt.SpecPc;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The shapes of the paper's configuration files, written as JSON (a subset of YAML). */
class PaperFilesTest {
    private static final String BESIDE = "\"draft_model\": {\"dtype\": \"bfloat16\"}, \"target_model\": {},"
            + " \"dataset\": {\"task\": \"hotpotqa\"}, \"sparse_config\": ";

    private static final String SPECKV = "{" + BESIDE + "{\"sparse_type\": \"speckv\", \"max_capacity_prompt\": 256,"
            + " \"window_size\": 32, \"pool_type\": \"max\", \"kernel_size\": 7, \"reduction_type\": \"max\","
            + " \"lookahead_tokens\": null, \"prefill_window_size\": 2048, \"prefill_vertical_size\": 2048}}";

    private static final String CASCADE = "{" + BESIDE + "{\"sparse_type\": \"speckvpc\", \"specpc_config\":"
            + " {\"max_capacity_prompt\": 2048, \"window_size\": 64, \"pool_type\": \"max\", \"kernel_size\": 32,"
            + " \"neighbor_tokens\": 32, \"reduction_type\": \"max\", \"lookahead_tokens\": null,"
            + " \"starting_layer_index\": 8, \"weighted_query\": true}, \"speckv_config\":"
            + " {\"max_capacity_prompt\": 256, \"window_size\": 32, \"pool_type\": \"max\", \"kernel_size\": 7,"
            + " \"reduction_type\": \"max\", \"prefill_window_size\": 2048, \"prefill_vertical_size\": 2048}}}";

    @SuppressWarnings("unchecked")
    private static Map<String, Object> parsed(String text) {
        try {
            return new ObjectMapper().readValue(text, Map.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void loadAsTheyAre() {
        Method specKv = Methods.ofFile(parsed(SPECKV));

        assertThat(specKv.name()).isEqualTo("speckv");
        assertThat(specKv.cache().compresses(257)).isFalse();
        assertThat(specKv.cache().compresses(258)).isTrue();
        assertThat(specKv.cache().lookaheadSource().draftTokens(128)).isEqualTo(128);
    }

    @Test
    void loadTheCascadeAsItIs() {
        Method cascade = Methods.ofFile(parsed(CASCADE));

        assertThat(cascade.name()).isEqualTo("speckv-pc");
        SpecPc prompt = (SpecPc) cascade.prompt();
        assertThat(prompt.budget()).isEqualTo(new FixedBudget(2048));
        assertThat(prompt.scoring().startingLayerIndex()).isEqualTo(8);
        assertThat(prompt.neighbourTokens()).isEqualTo(32);
        assertThat(((SpecKv) cascade.cache()).budget()).isEqualTo(new FixedBudget(256));
    }

    @Test
    void mayNotNameAnotherMethodThanTheOneAskedFor() {
        assertThat(Methods.of("speckv-pc", parsed(CASCADE)).name()).isEqualTo("speckv-pc");
        assertThatThrownBy(() -> Methods.of("specpc", parsed(SPECKV)))
                .hasMessage("sparse_type = speckv: must name the method asked for, which is specpc");
    }

    @Test
    void areOverriddenByKeysBesideTheBlock() {
        Map<String, Object> file = parsed(SPECKV);
        file.put("max_capacity_prompt", 512);

        assertThat(((SpecKv) Methods.ofFile(file).cache()).budget()).isEqualTo(new FixedBudget(512));
    }
}
