package io.speckv.enginetarget.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.speckv.engineclient.EngineReply;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is particular to llama.cpp's server. {@link DialectsTest} has a whole body. */
class LlamaCppDialectTest {
    private static final LlamaCppDialect LLAMA_CPP = new LlamaCppDialect();

    private static EngineSampling sampling(
            @Nullable Long seed,
            List<String> stops,
            int least,
            @Nullable Integer logprobs,
            @Nullable AnswerShape shape) {
        return new EngineSampling(
                20, 0, 0, 1, 0, 1, 0, 0, seed, stops, List.of(), false, least, Map.of(), false, logprobs, shape);
    }

    private static JsonNode body(EngineSampling sampling) {
        return LLAMA_CPP
                .completion(new EngineRequest("r", "m", new int[] {1, 2}, sampling, EngineHints.NONE))
                .body();
    }

    private static JsonNode shaped(AnswerShape shape) {
        return body(sampling(null, List.of(), 0, null, shape));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "7, 7", "4294967294, 4294967294", ", 4294967295"})
    void aSeedIsItsOwnAndNoneAsksForARandomOne(@Nullable Long seed, long sent) {
        EngineSampling sampling = sampling(seed, List.of(), 0, null, null);

        assertThat(LLAMA_CPP.cannot(sampling)).isEmpty();
        assertThat(body(sampling).path("seed").longValue()).isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource({"4294967295", "4294967296", "-1"})
    void aSeedOfMoreThan32BitsOrTheOneOfRandomSeedsIsRefused(long seed) {
        assertThat(LLAMA_CPP.cannot(sampling(seed, List.of(), 0, null, null)))
                .containsExactly(new Limitation("seed", "must be at most 4294967294"));
    }

    @Test
    void aLeastLengthAndARegularExpressionAreRefused() {
        assertThat(LLAMA_CPP.cannot(sampling(1L, List.of(), 1, null, null)))
                .containsExactly(new Limitation("min_new_tokens", "must be 0"));
        assertThat(LLAMA_CPP.cannot(sampling(1L, List.of(), 0, null, new AnswerShape.Regex("a+"))))
                .containsExactly(new Limitation("response_format.regex", "must be unset"));
    }

    @Test
    void everyOtherShapeHasAFieldOfItsOwn() {
        AnswerShape schema = new AnswerShape.Json(EngineReply.json("{\"type\":\"object\"}"));
        for (AnswerShape shape : List.of(schema, new AnswerShape.Choice(List.of("a")), new AnswerShape.Grammar("g"))) {
            assertThat(LLAMA_CPP.cannot(sampling(null, List.of(), 0, null, shape)))
                    .isEmpty();
        }

        assertThat(shaped(schema).path("json_schema").path("type").asText()).isEqualTo("object");
        assertThat(shaped(new AnswerShape.Grammar("root ::= \"a\""))
                        .path("grammar")
                        .asText())
                .isEqualTo("root ::= \"a\"");
        assertThat(body(sampling(null, List.of(), 0, null, null)).properties())
                .extracting(Map.Entry::getKey)
                .doesNotContain("json_schema", "grammar", "n_probs", "stop", "logit_bias");
    }

    /** The server takes 0 for no log probabilities at all. */
    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "5, 5"})
    void logProbabilitiesWithoutAlternativesAskForOne(int alternatives, int sent) {
        assertThat(body(sampling(null, List.of(), 0, alternatives, null))
                        .path("n_probs")
                        .intValue())
                .isEqualTo(sent);
    }

    @Test
    void stopTextsAreLookedForHereAlone() {
        assertThat(body(sampling(null, List.of("a", "b"), 0, null, null)).has("stop"))
                .isFalse();
    }

    @Test
    void theWeightsAreKnownByTheirFileAndTheirNumber() {
        JsonNode model = EngineReply.json("{\"id\":\"m\",\"meta\":{\"n_params\":4700000}}");
        JsonNode props = EngineReply.json("{\"model_path\":\"/models/a.gguf\"}");

        assertThat(LLAMA_CPP.facts(model, List.of(props)).weights()).isEqualTo("/models/a.gguf 4700000");
    }

    @Test
    void theContextIsASlotsShareAndTheModelsOwnWhereNothingElseIsKnown() {
        JsonNode model = EngineReply.json("{\"id\":\"m\",\"meta\":{\"n_vocab\":2560,\"n_ctx\":4096}}");
        JsonNode props = EngineReply.json("{\"build_info\":\"b1\",\"default_generation_settings\":{\"n_ctx\":1024}}");

        assertThat(LLAMA_CPP.facts(model, List.of(props)))
                .isEqualTo(new EngineFacts("llama-cpp", "b1", "m", "", 1024, 2560));
        assertThat(LLAMA_CPP.facts(model, List.of(MissingNode.getInstance())))
                .isEqualTo(new EngineFacts("llama-cpp", "", "m", "", 4096, 2560));
        assertThat(LLAMA_CPP.facts(EngineReply.json("{\"id\":\"m\"}"), List.of(MissingNode.getInstance())))
                .isEqualTo(new EngineFacts("llama-cpp", "", "m", "", 0, 0));
    }

    @Test
    void aTextIsTokenizedWithItsControlTokensAndWithoutABeginToken() {
        assertThat(LLAMA_CPP.tokenize("m", "hi").orElseThrow().body())
                .isEqualTo(EngineReply.json("{\"content\":\"hi\",\"add_special\":false,\"parse_special\":true}"));
    }
}
