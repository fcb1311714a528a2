package io.speckv.enginetarget.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CompletionBodyTest {
    private static EngineSampling sampling(
            @Nullable Long seed, List<String> stops, int minNewTokens, Map<Integer, Float> biases) {
        return new EngineSampling(
                64,
                0.5,
                40,
                0.9,
                0.1,
                1.1,
                0.2,
                -0.2,
                seed,
                stops,
                List.of(7),
                false,
                minNewTokens,
                biases,
                true,
                null,
                null);
    }

    private static ObjectNode body(EngineSampling sampling) {
        return CompletionBody.of(new EngineRequest("id", "m", new int[] {1, 2}, sampling, EngineHints.NONE));
    }

    private static String quoted(ObjectNode body) {
        return body.toString().replace('"', '\'');
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Test
    void saysAllThatChangesTheAnswerAndLeavesNothingToTheEngine() {
        assertThat(quoted(body(sampling(null, List.of(), 0, Map.of()))))
                .isEqualTo("{'model':'m','prompt':[1,2],'max_tokens':64,'temperature':0.5,'top_p':0.9,"
                        + "'presence_penalty':0.2,'frequency_penalty':-0.2,'n':1,'stream':true,"
                        + "'stream_options':{'include_usage':true}}");
    }

    @Test
    void aSeedAndBiasesAreSaidWhereThereAreAny() {
        ObjectNode body = body(sampling(5L, List.of(), 0, Map.of(9, -100f)));
        assertThat(body.path("seed").asLong()).isEqualTo(5);
        assertThat(quoted((ObjectNode) body.path("logit_bias"))).isEqualTo("{'9':-100.0}");
    }

    @Test
    void vllmsFieldsAreTheRest() {
        ObjectNode body = empty();
        CompletionBody.putVllmFields(body, sampling(null, List.of(), 3, Map.of()));
        assertThat(quoted(body))
                .isEqualTo("{'top_k':40,'min_p':0.1,'repetition_penalty':1.1,'ignore_eos':true,'min_tokens':3,"
                        + "'stop_token_ids':[7]}");
    }

    private static String stops(List<String> stops, int minNewTokens) {
        ObjectNode body = empty();
        CompletionBody.putStops(body, sampling(null, stops, minNewTokens, Map.of()), 2);
        return quoted(body);
    }

    @Test
    void stopTextsAreSaidIfTheEngineTakesThemAll() {
        assertThat(stops(List.of("a", "b"), 0)).isEqualTo("{'stop':['a','b']}");
        assertThat(stops(List.of("a", "b", "c"), 0)).as("more than it takes").isEqualTo("{}");
        assertThat(stops(List.of("a"), 1))
                .as("they do not count from the first token on")
                .isEqualTo("{}");
        assertThat(stops(List.of(), 0)).isEqualTo("{}");
    }

    @Test
    void hintsAreSaidWhereTheyAreSet() {
        ObjectNode body = empty();
        CompletionBody.putHints(body, EngineHints.NONE, "cache_salt");
        assertThat(quoted(body)).isEqualTo("{}");
        CompletionBody.putHints(body, new EngineHints(-3, "s"), "extra_key");
        assertThat(quoted(body)).isEqualTo("{'priority':-3,'extra_key':'s'}");
    }
}
