package io.speckv.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.speckv.http.answer.AnswerTimes;
import io.speckv.http.answer.AnswerWriter;
import io.speckv.http.connection.Bodies;
import io.speckv.http.connection.Exchange;
import io.speckv.http.connection.HttpSettings;
import io.speckv.http.connection.Places;
import io.speckv.http.connection.RequestId;
import io.speckv.http.connection.Unexpected;
import io.speckv.http.json.ApiError;
import io.speckv.http.json.FieldNames;
import io.speckv.http.json.JsonFields;
import io.speckv.http.request.AnswerForm;
import io.speckv.http.request.Generation;
import io.speckv.http.request.GenerationReader;
import io.speckv.http.request.MessagesReader;
import io.speckv.http.request.ResponsesReader;
import io.speckv.http.upstream.CallHeaders;
import io.speckv.http.upstream.ChoiceCalls;
import io.speckv.http.upstream.Unary;
import io.speckv.http.upstream.UpstreamCall;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.server.TokenCheck;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The endpoints: each makes a call of the InferenceService and lays out its answer. */
final class Endpoints {
    private static final Duration HEALTH_DEADLINE = Duration.ofSeconds(2);
    private static final FieldNames NO_PROMPT = new FieldNames("prompt", "max_tokens");

    private final Channel channel;
    private final HttpSettings settings;
    private final Places places;
    private final Optional<TokenCheck> tokens;
    private final Bodies bodies;
    private final Duration deadline;
    private final Clock clock;
    private final long started;

    Endpoints(Channel channel, HttpSettings settings, Places places, Optional<TokenCheck> tokens, Clock clock) {
        this.channel = channel;
        this.settings = settings;
        this.places = places;
        this.tokens = tokens;
        this.bodies = new Bodies(settings);
        this.deadline = settings.requestTimeout();
        this.clock = clock;
        this.started = clock.instant().getEpochSecond();
    }

    void chat(Exchange exchange) {
        generate(exchange, GenerationReader::chat);
    }

    void completion(Exchange exchange) {
        generate(exchange, GenerationReader::completion);
    }

    void response(Exchange exchange) {
        generate(exchange, ResponsesReader::read);
    }

    void message(Exchange exchange) {
        generate(exchange, MessagesReader::read);
    }

    private void generate(Exchange exchange, Function<JsonFields, Generation> reader) {
        read(exchange, reader, generation -> {
            if (generation.stream()) {
                beginInTime(exchange);
            }
            AnswerTimes times = new AnswerTimes(clock.instant().getEpochSecond(), settings.keepAlive());
            new ChoiceCalls(exchange, generation, AnswerWriter.of(exchange, generation, times))
                    .start((request, receiver) -> UpstreamCall.start(
                            channel,
                            InferenceServiceGrpc.getGenerateMethod(),
                            deadline,
                            CallHeaders.of(exchange),
                            request,
                            exchange,
                            receiver));
        });
    }

    /** Begins a stream before its first token if that takes long; proxies would give the stream up otherwise. */
    private void beginInTime(Exchange exchange) {
        Vertx vertx = exchange.context().owner();
        long timer =
                vertx.setTimer(settings.streamBegins().toMillis(), late -> exchange.beginSilence(settings.keepAlive()));
        exchange.onOver(() -> vertx.cancelTimer(timer));
    }

    void explain(Exchange exchange) {
        read(
                exchange,
                asked(GenerationReader::explain),
                explain -> answer(
                        exchange,
                        unary(exchange, InferenceServiceGrpc.getExplainMethod(), deadline, explain.request())
                                .map(Descriptions::explanation),
                        explain.fields()));
    }

    /** Counts the tokens of a message's prompt, as Anthropic's API does. */
    void countMessage(Exchange exchange) {
        read(
                exchange,
                body -> new Asked<>(MessagesReader.count(body), () -> GenerationReader.names(body, AnswerForm.MESSAGE)),
                counted -> answer(
                        exchange,
                        unary(exchange, InferenceServiceGrpc.getTokenizeMethod(), deadline, counted.request())
                                .map(tokens -> JsonNodeFactory.instance
                                        .objectNode()
                                        .put("input_tokens", tokens.getTokens().getIdsCount())),
                        counted.fields()));
    }

    /** Counts the tokens of a prompt, and says how many its model takes. */
    void count(Exchange exchange) {
        read(
                exchange,
                asked(GenerationReader::count),
                counted -> answer(
                        exchange,
                        unary(exchange, InferenceServiceGrpc.getTokenizeMethod(), deadline, counted.request())
                                .compose(tokens -> unary(
                                                exchange,
                                                InferenceServiceGrpc.getDescribeMethod(),
                                                deadline,
                                                DescribeRequest.getDefaultInstance())
                                        .map(served -> Descriptions.count(
                                                tokens,
                                                served,
                                                counted.request().getModel()))),
                        counted.fields()));
    }

    /**
     * A request that may hold a chat or a text.
     *
     * @param fields finds the HTTP names of its fields; called only if a field is at fault
     */
    private record Asked<Q>(Q request, Supplier<FieldNames> fields) {}

    private static <Q> Function<JsonFields, Asked<Q>> asked(Function<JsonFields, Q> reader) {
        return body -> new Asked<>(reader.apply(body), () -> GenerationReader.names(body, GenerationReader.form(body)));
    }

    private static void answer(Exchange exchange, Future<? extends JsonNode> answer, Supplier<FieldNames> fields) {
        answer.onSuccess(json -> exchange.json(200, json)).onFailure(thrown -> fail(exchange, thrown, fields));
    }

    private <R> void read(Exchange exchange, Function<JsonFields, R> reader, Consumer<R> use) {
        requireValidId(exchange);
        requireToken(exchange);
        Future<Void> used = bodies.read(exchange, () -> places.take(exchange), reader)
                .map(request -> {
                    use.accept(request);
                    return null;
                });
        used.onFailure(thrown -> fail(exchange, thrown, () -> NO_PROMPT));
    }

    /** Checks the bearer token before the body is read. The call itself checks it again, and that check decides. */
    private void requireToken(Exchange exchange) {
        tokens.flatMap(check -> check.refusal(CallHeaders.of(exchange))).ifPresent(refusal -> {
            throw ApiError.of(Failures.encode(refusal), () -> NO_PROMPT).asException();
        });
    }

    private static void requireValidId(Exchange exchange) {
        String id = exchange.request().getHeader(RequestId.HEADER);
        if (id != null && !id.isEmpty() && !RequestId.isValid(id)) {
            throw ApiError.field(RequestId.HEADER, "must have 1 to 128 printable ASCII characters")
                    .asException();
        }
    }

    /** @param model whose methods are described; empty for the default one */
    private void describe(Exchange exchange, String model, Consumer<DescribeResponse> use) {
        places.take(exchange);
        DescribeRequest request = DescribeRequest.newBuilder().setModel(model).build();
        unary(exchange, InferenceServiceGrpc.getDescribeMethod(), deadline, request)
                .onSuccess(use::accept)
                .onFailure(thrown -> fail(exchange, thrown, () -> NO_PROMPT));
    }

    /** Describes the methods of the model in the query, or of the default one. */
    void methods(Exchange exchange) {
        describe(
                exchange,
                Objects.requireNonNullElse(exchange.request().getParam("model"), ""),
                served -> exchange.json(200, Descriptions.methods(served)));
    }

    void models(Exchange exchange) {
        describe(exchange, "", served -> exchange.json(200, Descriptions.models(served, started)));
    }

    /** @param encoded the model's name as the path spells it */
    void model(Exchange exchange, String encoded) {
        String name;
        try {
            // A plus sign stands for a space in forms alone: in a path it is itself.
            name = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            exchange.error(ApiError.request(400, "invalid_url", "the model's name in the URL is not percent-encoded"));
            return;
        }
        describe(
                exchange,
                "",
                served -> Descriptions.model(served, name, started)
                        .ifPresentOrElse(
                                model -> exchange.json(200, model),
                                () -> exchange.error(ApiError.request(
                                        404,
                                        "model_not_found",
                                        "the model '%s' is not served, must be one of %s"
                                                .formatted(name, Descriptions.names(served))))));
    }

    void health(Exchange exchange) {
        unary(exchange, HealthGrpc.getCheckMethod(), HEALTH_DEADLINE, HealthCheckRequest.getDefaultInstance())
                .map(check -> check.getStatus() == HealthCheckResponse.ServingStatus.SERVING)
                .otherwise(false)
                .onSuccess(serving -> exchange.json(
                        serving ? 200 : 503,
                        JsonNodeFactory.instance.objectNode().put("status", serving ? "ok" : "not serving")));
    }

    private <Q, A> Future<A> unary(Exchange exchange, MethodDescriptor<Q, A> method, Duration within, Q request) {
        Unary<A> receiver = new Unary<>();
        UpstreamCall.start(channel, method, within, CallHeaders.of(exchange), request, exchange, receiver);
        return receiver.answer();
    }

    private static void fail(Exchange exchange, Throwable thrown, Supplier<FieldNames> fields) {
        if (thrown instanceof ApiError.RefusedException refused) {
            exchange.error(refused.error());
        } else if (thrown instanceof StatusRuntimeException status) {
            exchange.error(ApiError.of(status, fields));
        } else {
            exchange.error(Unexpected.logged(thrown));
        }
    }
}
