package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.EngineOptions;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the engine behind the target is told of a request, under the names that engines themselves take. */
class EngineOptionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "/v1/completions | 'prompt': 'q'",
                "/v1/chat/completions | 'messages': [{'role': 'user', 'content': 'q'}]",
                "/v1/responses | 'input': 'q'"
            })
    void priorityAndSaltArePassedOn(String path, String prompt) throws Exception {
        FakeInference service = FakeInference.answering();
        try (RunningGateway server = new RunningGateway(service)) {
            HttpResponse<String> response = server.post(
                    path,
                    "{%s, 'priority': -7, 'cache_salt': 'mine'}"
                            .formatted(prompt)
                            .replace('\'', '"'));

            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(service.requests.take().getEngine())
                    .isEqualTo(EngineOptions.newBuilder()
                            .setPriority(-7)
                            .setCacheSalt("mine")
                            .build());
        }
    }

    @Test
    void aTargetThatDoesNotHonourOneIsAnErrorThatNamesIt() throws Exception {
        FakeInference service =
                FakeInference.failing(RequestException.invalidField("engine.cache_salt", "must be unset"));
        try (RunningGateway server = new RunningGateway(service)) {
            HttpResponse<String> response =
                    server.post("/v1/completions", "{\"prompt\": \"q\", \"cache_salt\": \"s\"}");

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(server.read(response).at("/error/param").asText()).isEqualTo("cache_salt");
        }
    }
}
