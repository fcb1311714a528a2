package io.speckv.enginetarget.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.engineclient.EngineReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What each kind of engine is sent for one request, field by field, and what its events mean. */
class DialectsTest {
    private static final EngineSampling SAMPLING = new EngineSampling(
            20,
            0.5,
            0,
            0.9,
            0.1,
            1.1,
            0.2,
            -0.3,
            7L,
            List.of("end"),
            List.of(5, 6),
            false,
            0,
            Map.of(9, 2.5f),
            true,
            3,
            null);
    private static final EngineRequest REQUEST =
            new EngineRequest("r1", "m", new int[] {1, 2}, SAMPLING, EngineHints.NONE);

    private static void assertSent(String kind, String path, String json) {
        EngineCall call = Dialects.of(kind).orElseThrow().completion(REQUEST);

        assertThat(call.path()).isEqualTo(path);
        assertThat(EngineReply.json(call.body().toString())).isEqualTo(EngineReply.json(json));
    }

    private static List<AnswerEvent> read(String kind, String... events) {
        AnswerReader reader = Dialects.of(kind).orElseThrow().reader(REQUEST);
        List<AnswerEvent> read = new ArrayList<>();
        for (String event : events) {
            read.addAll(reader.read(EngineReply.json(event)));
        }
        return read;
    }

    private static int[] ids(AnswerEvent event) {
        return ((AnswerEvent.Tokens) event).ids();
    }

    @Test
    void vllm() {
        assertSent("vllm", "/v1/completions", """
                {"model":"m","prompt":[1,2],"max_tokens":20,"temperature":0.5,"top_p":0.9,"presence_penalty":0.2,
                 "frequency_penalty":-0.3,"n":1,"stream":true,"stream_options":{"include_usage":true},"seed":7,"logit_bias":{"9":2.5},"top_k":0,
                 "min_p":0.1,"repetition_penalty":1.1,"ignore_eos":true,"min_tokens":0,"stop_token_ids":[5,6],
                 "stop":["end"],"return_token_ids":true,"logprobs":3,"return_tokens_as_token_ids":true}""");
    }

    @Test
    void llamaCpp() {
        assertSent("llama-cpp", "/completion", """
                {"model":"m","prompt":[1,2],"n_predict":20,"temperature":0.5,"top_k":0,"top_p":0.9,"min_p":0.1,
                 "repeat_penalty":1.1,"repeat_last_n":22,"presence_penalty":0.2,"frequency_penalty":-0.3,"seed":7,
                 "ignore_eos":true,"cache_prompt":true,"return_tokens":true,"timings_per_token":true,"stream":true,
                 "logit_bias":[[9,2.5]],"samplers":["penalties","temperature","top_k","top_p","min_p"],"n_probs":3}""");
    }

    @Test
    void sglang() {
        assertSent("sglang", "/generate", """
                {"rid":"r1","input_ids":[1,2],"sampling_params":{"max_new_tokens":20,"min_new_tokens":0,"temperature":0.5,
                 "top_k":-1,"top_p":0.9,"min_p":0.1,"repetition_penalty":1.1,"presence_penalty":0.2,
                 "frequency_penalty":-0.3,"ignore_eos":true,"n":1,"sampling_seed":7,"logit_bias":{"9":2.5},"stop":["end"],
                 "stop_token_ids":[5,6]},"stream":true,"return_logprob":true,"top_logprobs_num":3,"logprob_start_len":-1}""");
        assertThat(new SglangDialect().abort(REQUEST))
                .hasValueSatisfying(abort -> assertThat(abort.body().toString()).isEqualTo("{\"rid\":\"r1\"}"));
    }

    @Test
    void tensorRtLlmGetsOnlyFieldsThatItKnows() {
        assertSent("tensorrt-llm", "/v1/completions", """
                {"model":"m","prompt":[1,2],"max_tokens":20,"temperature":0.5,"top_p":0.9,"presence_penalty":0.2,
                 "frequency_penalty":-0.3,"n":1,"stream":true,"stream_options":{"include_usage":true},"seed":7,"logit_bias":{"9":2.5},"top_k":0,
                 "min_p":0.1,"repetition_penalty":1.1,"ignore_eos":true,"min_tokens":0,"stop_token_ids":[5,6],
                 "detokenize":false,"add_special_tokens":false}""");
    }

    @Test
    void openAiCompletions() {
        assertSent("openai", "/v1/completions", """
                {"model":"m","prompt":[1,2],"max_tokens":20,"temperature":0.5,"top_p":0.9,"presence_penalty":0.2,
                 "frequency_penalty":-0.3,"n":1,"stream":true,"stream_options":{"include_usage":true},"seed":7,"logit_bias":{"9":2.5}}""");
    }

    @Test
    void hintsAreSentToThoseWhoHonourThem() {
        EngineRequest hinted = new EngineRequest("r1", "m", new int[] {1}, SAMPLING, new EngineHints(-2, "salt"));
        JsonNode vllm = new VllmDialect().completion(hinted).body();
        JsonNode sglang = new SglangDialect().completion(hinted).body();

        assertThat(vllm.path("priority").asInt()).isEqualTo(-2);
        assertThat(vllm.path("cache_salt").asText()).isEqualTo("salt");
        assertThat(sglang.path("priority").asInt()).isEqualTo(-2);
        assertThat(sglang.path("extra_key").asText()).isEqualTo("salt");
    }

    private static JsonNode shaped(String kind, AnswerShape shape) {
        EngineSampling sampling = new EngineSampling(
                1, 0, 0, 1, 0, 1, 0, 0, null, List.of(), List.of(), false, 0, Map.of(), false, null, shape);
        return Dialects.of(kind)
                .orElseThrow()
                .completion(new EngineRequest("r", "m", new int[] {1}, sampling, EngineHints.NONE))
                .body();
    }

    @Test
    void whatAnAnswerIsHeldToGoesWhereEachKindLooksForIt() {
        AnswerShape json = new AnswerShape.Json(EngineReply.json("{\"type\":\"object\"}"));
        AnswerShape choice = new AnswerShape.Choice(List.of("a.b", "say \"no\""));

        assertThat(shaped("vllm", json).at("/structured_outputs/json/type").asText())
                .isEqualTo("object");
        assertThat(shaped("vllm", choice).at("/structured_outputs/choice")).hasSize(2);
        assertThat(shaped("vllm", new AnswerShape.Regex("a+"))
                        .at("/structured_outputs/regex")
                        .asText())
                .isEqualTo("a+");
        assertThat(shaped("llama-cpp", json).at("/json_schema/type").asText()).isEqualTo("object");
        assertThat(shaped("llama-cpp", choice).path("grammar").asText())
                .isEqualTo("root ::= \"a.b\" | \"say \\\"no\\\"\"");
        assertThat(shaped("sglang", json).at("/sampling_params/json_schema").asText())
                .isEqualTo("{\"type\":\"object\"}");
        assertThat(shaped("sglang", choice).at("/sampling_params/regex").asText())
                .isEqualTo("(a\\.b|say \"no\")");
        assertThat(shaped("tensorrt-llm", new AnswerShape.Grammar("g"))
                        .at("/response_format/ebnf")
                        .asText())
                .isEqualTo("g");
        assertThat(Dialects.of("openai").orElseThrow().holdsToShapes()).isFalse();
    }

    @Test
    void sglangsAnswersAreTheSameWholeOrInParts() {
        String[] whole = {
            "{\"output_ids\":[11],\"meta_info\":{\"completion_tokens\":1,\"output_token_logprobs\":[[-0.1,11,null]]}}",
            "{\"output_ids\":[11,12,5],\"meta_info\":{\"completion_tokens\":3,\"cached_tokens\":2,"
                    + "\"output_token_logprobs\":[[-0.1,11,null],[-0.2,12,null],[-0.3,5,null]],"
                    + "\"finish_reason\":{\"type\":\"stop\",\"matched\":5}}}"
        };
        String[] parts = {
            whole[0],
            "{\"output_ids\":[12,5],\"meta_info\":{\"completion_tokens\":3,\"cached_tokens\":2,"
                    + "\"output_token_logprobs\":[[-0.2,12,null],[-0.3,5,null]],"
                    + "\"finish_reason\":{\"type\":\"stop\",\"matched\":5}}}"
        };
        for (String[] events : List.of(whole, parts)) {
            List<AnswerEvent> read = read("sglang", events);

            assertThat(ids(read.get(0))).containsExactly(11);
            assertThat(ids(read.get(1))).containsExactly(12, 5);
            assertThat(((AnswerEvent.Tokens) read.get(1)).logprobs().get(0).logprob())
                    .isEqualTo(-0.2f);
            assertThat(read.get(2)).isEqualTo(new AnswerEvent.Counted(3, OptionalInt.of(2)));
            assertThat(read.get(3)).isEqualTo(new AnswerEvent.Ended(AnswerEvent.Ending.STOP, ""));
        }
    }

    @Test
    void anAbortOfSglangIsAFailure() {
        assertThat(read(
                        "sglang",
                        "{\"output_ids\":[],\"meta_info\":{\"completion_tokens\":0,\"finish_reason\":"
                                + "{\"type\":\"abort\",\"message\":\"too long\",\"status_code\":400}}}"))
                .singleElement()
                .isInstanceOf(AnswerEvent.Failed.class);
    }

    @Test
    void anEndForAnUnknownReasonIsNoEnd() {
        for (String kind : List.of("vllm", "tensorrt-llm", "openai")) {
            assertThatThrownBy(() -> read(kind, "{\"choices\":[{\"text\":\"\",\"finish_reason\":\"moody\"}]}"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("moody");
        }
        assertThatThrownBy(() -> read("llama-cpp", "{\"stop\":true,\"stop_type\":\"none\"}"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEngineIsKnownByTheOwnerOfItsModels() {
        Map.of(
                        "vllm", "vllm",
                        "llamacpp", "llama-cpp",
                        "sglang", "sglang",
                        "tensorrt_llm", "tensorrt-llm",
                        "acme", "openai",
                        "", "openai")
                .forEach((owner, kind) ->
                        assertThat(Dialects.ofOwner(owner).kind()).isEqualTo(kind));
    }

    @Test
    void theBodyOfARequestHasNoFieldTwice() {
        for (String kind : Dialects.kinds()) {
            JsonNode body = Dialects.of(kind).orElseThrow().completion(REQUEST).body();

            assertThat(body.properties()).extracting(Map.Entry::getKey).doesNotHaveDuplicates();
        }
    }
}
