package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.speckv.http.upstream.UpstreamCall;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.AlternativeToken;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.TokenBias;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Answers whole and streamed, and an {@link UpstreamCall} that reads no faster than its client and ends with it. */
final class GenerationTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String HELLO = "{\"role\": \"user\", \"content\": \"hello\"}";

    @Test
    void answersAChatWithUsageAndReport() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            HttpResponse<String> response = server.post(CHAT, "{\"messages\": [%s]}".formatted(HELLO));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
            JsonNode answer = server.read(response);
            assertThat(answer.get("object").asText()).isEqualTo("chat.completion");
            assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("The code is 4711.");
            assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
            assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(1005);
            assertThat(answer.at("/usage/prompt_tokens_details/kept_tokens").asInt())
                    .isEqualTo(128);
            assertThat(answer.at("/speckv/method").asText()).isEqualTo("specpc");
            assertThat(answer.at("/speckv/timings/1/stage").asText()).isEqualTo("draft_prefill");
            assertThat(answer.at("/speckv/trace_id").asText()).hasSize(32);
        }
    }

    @Test
    void streamsPiecesThenReportThenUsageThenDone() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            HttpResponse<String> response = server.post(
                    CHAT,
                    "{\"stream\": true, \"stream_options\": {\"include_usage\": true}, \"messages\": [%s]}"
                            .formatted(HELLO));
            assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream; charset=utf-8");
            List<String> events = Stream.of(response.body().split("\n\n"))
                    .filter(event -> event.startsWith("data: "))
                    .toList();
            assertThat(events).hasSize(9).last().isEqualTo("data: [DONE]");
            List<String> texts = new ArrayList<>();
            for (String event : events.subList(1, 6)) {
                texts.add(server.json
                        .readTree(event.substring(6))
                        .at("/choices/0/delta/content")
                        .asText());
            }
            assertThat(texts).isEqualTo(FakeInference.WORDS);
            JsonNode end = server.json.readTree(events.get(6).substring(6));
            assertThat(end.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
            assertThat(end.at("/speckv/kept_tokens").asInt()).isEqualTo(128);
            JsonNode usage = server.json.readTree(events.get(7).substring(6));
            for (String event : events.subList(0, 7)) {
                assertThat(server.json.readTree(event.substring(6)).at("/usage").isNull())
                        .as("null before its chunk: %s", event)
                        .isTrue();
            }
            assertThat(usage.get("choices")).isEmpty();
            assertThat(usage.at("/usage/completion_tokens").asInt()).isEqualTo(5);
        }
    }

    @Test
    void readsEverySettingUnderItsOpenAiName() throws Exception {
        FakeInference service = FakeInference.answering();
        try (RunningGateway server = new RunningGateway(service)) {
            server.client.send(
                    server.request(CHAT, """
                        {"model": "tiny", "messages": [
                           {"role": "developer", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
                           {"role": "user", "content": "q", "name": "Ann"}],
                         "max_completion_tokens": 7, "temperature": 0.5, "top_p": 0.9, "seed": -1, "stop": "END",
                         "presence_penalty": 1, "frequency_penalty": -1, "logprobs": true, "top_logprobs": 3, "n": 1,
                         "user": "someone", "unheard_of": {}, "stop_token_ids": [3, 4],
                         "min_tokens": 2, "include_stop_str_in_output": true, "logit_bias": {"7": -100, "8": 1.5},
                         "speckv": {"method": "speckv-pc", "preset": "paper", "fallback": "snapkv", "report": {"kept_positions": true},
                           "continue_drafting": true,
                           "settings": {"specpc": {"max_capacity_prompt": 512, "pool_type": "max"},
                                        "window_size": 8, "lookahead_tokens": null, "novel": 3}}}\
                        """)
                            .header("Authorization", "Bearer secret")
                            .header("X-Request-Id", "mine")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            GenerateRequest request = service.requests.take();
            assertThat(service.authorizations.take()).isEqualTo("Bearer secret");
            assertThat(request.getRequestId()).isEqualTo("mine");
            assertThat(request.getPrompt().getChat().getMessages(0).getRole()).isEqualTo("system");
            assertThat(request.getPrompt().getChat().getMessages(0).getContent())
                    .isEqualTo("a\nb");
            assertThat(request.getPrompt()
                            .getChat()
                            .getMessages(1)
                            .getAttributes()
                            .getFieldsOrThrow("name")
                            .getStringValue())
                    .isEqualTo("Ann");
            var sampling = request.getSampling();
            assertThat(sampling.getMaxNewTokens()).isEqualTo(7);
            assertThat(sampling.getTemperature()).isEqualTo(0.5f);
            assertThat(sampling.getTopP()).isEqualTo(0.9f);
            assertThat(sampling.getSeed()).isEqualTo(-1);
            assertThat(sampling.getStopList()).containsExactly("END");
            assertThat(sampling.getStopTokenIdsList()).containsExactly(3, 4);
            assertThat(sampling.getMinNewTokens()).isEqualTo(2);
            assertThat(sampling.getIncludeStop()).isTrue();
            assertThat(sampling.getLogitBiasList())
                    .containsExactly(
                            TokenBias.newBuilder().setTokenId(7).setBias(-100).build(),
                            TokenBias.newBuilder().setTokenId(8).setBias(1.5f).build());
            assertThat(sampling.getPresencePenalty()).isEqualTo(1);
            assertThat(sampling.getFrequencyPenalty()).isEqualTo(-1);
            assertThat(sampling.getTopLogprobs()).isEqualTo(3);
            assertThat(request.getFallback()).isEqualTo(FallbackPolicy.FALLBACK_POLICY_SNAPKV);
            assertThat(request.getReport().getKeptPositions()).isTrue();
            assertThat(request.getContinueDrafting()).isTrue();
            var method = request.getMethod();
            assertThat(method.getName()).isEqualTo("speckv-pc");
            assertThat(method.getPreset()).isEqualTo("paper");
            assertThat(MethodSettings.toMap(method))
                    .containsOnly(
                            entry("specpc", Map.of("max_capacity_prompt", 512, "pool_type", "max")),
                            entry("preset", "paper"),
                            entry("window_size", 8),
                            entry("lookahead_tokens", null),
                            entry("novel", 3));
        }
    }

    @Test
    void aTopPOfZeroKeepsTheLikeliestToken() throws Exception {
        FakeInference service = FakeInference.answering();
        try (RunningGateway server = new RunningGateway(service)) {
            server.post(CHAT, "{\"top_p\": 0, \"messages\": [%s]}".formatted(HELLO));
            assertThat(service.requests.take().getSampling().getTopP())
                    .isPositive()
                    .isLessThan(1e-6f);
        }
    }

    @Test
    void namesTokensOfLogProbabilities() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            JsonNode answer =
                    server.read(server.post(CHAT, "{\"logprobs\": true, \"messages\": [%s]}".formatted(HELLO)));
            JsonNode second = answer.at("/choices/0/logprobs/content/1");
            assertThat(second.get("token").asText()).isEqualTo(" code");
            assertThat(second.get("logprob").asDouble()).isEqualTo(-0.5);
            assertThat(second.get("bytes")).hasSize(5);
        }
    }

    /** A part of a character has bytes and no text; two tokens of one text are two alternatives. */
    @Test
    void tellsBytesOffsetsAndAsManyAlternativesAsThereAre() throws Exception {
        TokenLogprobs part = TokenLogprobs.newBuilder()
                .setLogprob(-1)
                .setText("\uFFFD")
                .setTokenBytes(ByteString.copyFrom(new byte[] {(byte) 0xE2, (byte) 0x80}))
                .setTextOffset(4)
                .addAlternatives(alternative(5, "a", -0.5f))
                .addAlternatives(alternative(6, "a", -0.75f))
                .build();
        FakeInference service = FakeInference.with(call -> {
            call.onNext(FakeMessages.started());
            call.onNext(GenerateResponse.newBuilder()
                    .setDelta(TokenDelta.newBuilder().addTokenIds(9).addLogprobs(part))
                    .build());
            call.onNext(FakeMessages.finished());
            call.onCompleted();
        });
        try (RunningGateway server = new RunningGateway(service)) {
            JsonNode chat = server.read(server.post(
                    CHAT, "{\"logprobs\": true, \"top_logprobs\": 2, \"messages\": [%s]}".formatted(HELLO)));
            JsonNode first = chat.at("/choices/0/logprobs/content/0");
            assertThat(first.get("bytes").toString()).isEqualTo("[226,128]");
            assertThat(first.at("/top_logprobs/0/bytes").toString()).isEqualTo("[97]");

            JsonNode completion = server.read(server.post("/v1/completions", "{\"prompt\": \"x\", \"logprobs\": 2}"))
                    .at("/choices/0/logprobs");
            assertThat(completion.get("tokens").toString()).isEqualTo("[\"bytes:\\\\xe2\\\\x80\"]");
            assertThat(completion.get("text_offset").toString()).isEqualTo("[4]");
            assertThat(completion.get("top_logprobs").toString())
                    .isEqualTo("[{\"a\":-0.5,\"token_id:6\":-0.75,\"bytes:\\\\xe2\\\\x80\":-1.0}]");
        }
    }

    private static AlternativeToken alternative(int id, String text, float logprob) {
        return AlternativeToken.newBuilder()
                .setTokenId(id)
                .setText(text)
                .setTokenBytes(ByteString.copyFromUtf8(text))
                .setLogprob(logprob)
                .build();
    }

    @Test
    void completesTextAndTokens() throws Exception {
        FakeInference service = FakeInference.answering();
        try (RunningGateway server = new RunningGateway(service)) {
            JsonNode answer = server.read(server.post("/v1/completions", "{\"prompt\": \"Once\"}"));
            assertThat(answer.get("object").asText()).isEqualTo("text_completion");
            assertThat(answer.at("/choices/0/text").asText()).isEqualTo("The code is 4711.");
            assertThat(service.requests.take().getPrompt().getText()).isEqualTo("Once");
            server.post("/v1/completions", "{\"prompt\": [[5, 6]]}");
            assertThat(service.requests.take().getPrompt().getTokenIds().getIdsList())
                    .containsExactly(5, 6);
        }
    }

    @Test
    void cancelsTheCallWhenTheClientGoesAway() throws Exception {
        FakeInference service = FakeInference.with(call -> {
            call.onNext(FakeMessages.started());
            call.onNext(FakeMessages.delta(0, "The"));
        });
        try (RunningGateway server = new RunningGateway(service)) {
            String body = "{\"stream\": true, \"messages\": [%s]}".formatted(HELLO);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.gateway.port())) {
                socket.getOutputStream()
                        .write(("POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                        + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                                .getBytes(StandardCharsets.UTF_8));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
            assertThat(service.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void holdsUpTheServiceWhenTheClientReadsNothing() throws Exception {
        String piece = "x".repeat(64 * 1024);
        FakeInference[] self = new FakeInference[1];
        FakeInference service = FakeInference.with(call -> {
            call.onNext(FakeMessages.started());
            call.setOnReadyHandler(() -> {
                while (call.isReady() && self[0].sent.get() < 4000) {
                    call.onNext(FakeMessages.delta(0, piece));
                    self[0].sent.incrementAndGet();
                }
            });
        });
        self[0] = service;
        try (RunningGateway server = new RunningGateway(service);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.gateway.port())) {
            String body = "{\"stream\": true, \"prompt\": \"a\"}";
            socket.getOutputStream()
                    .write(("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8));
            int before = -1;
            while (service.sent.get() != before || before == 0) {
                before = service.sent.get();
                Thread.sleep(500);
            }
            // 250 MiB were on offer; what sockets and windows hold is a small part of it.
            assertThat(service.sent.get()).isLessThan(1000);
        }
    }
}
