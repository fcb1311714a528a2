package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** What {@link Descriptions} and {@link Endpoints} tell of models, methods and prompts. */
final class DescriptionsTest {
    @Test
    void listsModelsMethodsAndHealth() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            assertThat(server.get("/health").body()).isEqualTo("{\"status\":\"ok\"}");
            assertThat(server.read(server.get("/v1/models")).at("/data/0/id").asText())
                    .isEqualTo("tiny");
            assertThat(server.read(server.get("/v1/models"))
                            .at("/data/0/created")
                            .asLong())
                    .isGreaterThan(1_700_000_000L);
            assertThat(server.get("/v1/models/tiny").statusCode()).isEqualTo(200);
            assertThat(server.get("/v1/models/huge").body())
                    .contains(
                            "model_not_found", "must be one of tiny, over-an-engine, down-from-the-start, base-model");
            JsonNode methods = server.read(server.get("/v1/speckv/methods"));
            assertThat(methods.at("/methods/0/default_settings/max_capacity_prompt")
                            .asInt())
                    .isEqualTo(256);
        }
    }

    @Test
    void everyModelTellsItsAliasesAndWhetherItCanBeAsked() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            JsonNode models = server.read(server.get("/v1/models"));
            assertThat(models.at("/data/0/speckv/ready").asBoolean()).isTrue();
            assertThat(models.at("/data/0/speckv").has("not_ready_reason")).isFalse();
            JsonNode engine = models.at("/data/1");
            assertThat(engine.at("/id").asText()).isEqualTo(FakeInference.ENGINE);
            assertThat(engine.at("/speckv/aliases/0").asText()).isEqualTo("gpt/x");
            assertThat(engine.at("/speckv/ready").asBoolean(true)).isFalse();
            assertThat(engine.at("/speckv/not_ready_reason").asText()).isEqualTo("no target can be reached");
            assertThat(engine.at("/speckv/compress_from").asInt()).isEqualTo(2048);
            assertThat(server.read(server.get("/v1/models/gpt%2Fx")))
                    .as("by its alias")
                    .isEqualTo(engine);

            JsonNode counted =
                    server.read(server.post("/v1/speckv/count", "{\"prompt\": \"a b\", \"model\": \"gpt/x\"}"));
            assertThat(counted.get("max_prompt_tokens").asInt()).isEqualTo(9000);
            assertThat(server.read(server.get("/v1/speckv/methods")).get("methods"))
                    .hasSize(3);
            assertThat(server.read(server.get("/v1/speckv/methods?model=" + FakeInference.ENGINE))
                            .get("methods"))
                    .hasSize(2);
        }
    }

    @Test
    void aModelWhoseTargetWasNeverSeenIsListedWithTheReason() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            JsonNode down = server.read(server.get("/v1/models")).at("/data/2");
            assertThat(down.at("/id").asText()).isEqualTo(FakeInference.DOWN);
            assertThat(down.has("max_model_len")).as("nobody knows it").isFalse();
            assertThat(down.at("/speckv/ready").asBoolean(true)).isFalse();
            assertThat(down.at("/speckv/not_ready_reason").asText()).isEqualTo("no target has described itself yet");
            assertThat(server.read(server.get("/v1/models/down"))).isEqualTo(down);
            assertThat(server.read(server.post("/v1/speckv/count", "{\"prompt\": \"a b\", \"model\": \"down\"}"))
                            .has("max_prompt_tokens"))
                    .isFalse();
        }
    }

    @Test
    void aModelThatTakesNoChatsSaysWhy() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            JsonNode models = server.read(server.get("/v1/models"));
            assertThat(models.at("/data/3/id").asText()).isEqualTo(FakeInference.BASE);
            assertThat(models.at("/data/3/speckv/no_chats_reason").asText())
                    .isEqualTo("it has no chat template that can be read");
            assertThat(models.at("/data/0/speckv").has("no_chats_reason")).isFalse();
        }
    }

    @Test
    void anExplanationTellsWhereMarksAreAndCountsThemAmongWhatIsRead() throws Exception {
        FakeInference service = FakeInference.answering();
        service.marks = true;
        try (RunningGateway server = new RunningGateway(service)) {
            JsonNode explained =
                    server.read(server.post("/v1/speckv/explain", "{\"prompt\": \"the code is in my 4711\"}"));
            assertThat(explained.get("kept"))
                    .extracting(JsonNode::asBoolean)
                    .containsExactly(false, true, false, false, false, true);
            assertThat(explained.get("marked"))
                    .extracting(JsonNode::asBoolean)
                    .containsExactly(true, false, true, false, false, false);
            assertThat(explained.at("/speckv/mark_tokens").asInt()).isEqualTo(2);
            assertThat(explained.at("/speckv/kept_tokens").asInt()).isEqualTo(4);

            service.marks = false;
            assertThat(server.read(server.post("/v1/speckv/explain", "{\"prompt\": \"the code\"}"))
                            .has("marked"))
                    .isFalse();
        }
    }

    @Test
    void explainsWhichTokensMatter() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            JsonNode explained = server.read(server.post("/v1/speckv/explain", "{\"prompt\": \"the code is 4711\"}"));
            assertThat(explained.get("text").asText()).isEqualTo("the code is 4711");
            assertThat(explained.get("scores")).hasSize(4);
            assertThat(explained.at("/kept/3").asBoolean()).isTrue();
            assertThat(explained.at("/speckv/prompt_tokens").asInt()).isEqualTo(4);
        }
    }

    @Test
    void countsTheTokensOfAPromptAgainstTheModelsLimit() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            JsonNode counted = server.read(server.post("/v1/speckv/count", "{\"prompt\": \"the code is 4711\"}"));
            assertThat(counted.get("prompt_tokens").asInt()).isEqualTo(4);
            assertThat(counted.get("max_prompt_tokens").asInt()).isEqualTo(4096);
        }
    }

    @Test
    void servesThePageUnderAStrictPolicy() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            for (String path : new String[] {"/", "/page.css", "/page.js"}) {
                var response = server.get(path);
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.headers()
                                .firstValue("Content-Security-Policy")
                                .orElseThrow())
                        .startsWith("default-src 'none'; script-src 'self'");
            }
        }
    }
}
