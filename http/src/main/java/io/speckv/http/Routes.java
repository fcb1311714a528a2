package io.speckv.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.speckv.http.answer.AnswerTimes;
import io.speckv.http.answer.AnswerWriter;
import io.speckv.http.connection.Bodies;
import io.speckv.http.connection.ErrorForm;
import io.speckv.http.connection.Exchange;
import io.speckv.http.connection.HttpSettings;
import io.speckv.http.connection.Places;
import io.speckv.http.connection.RequestId;
import io.speckv.http.connection.Unexpected;
import io.speckv.http.json.ApiError;
import io.speckv.http.json.FieldNames;
import io.speckv.http.json.JsonFields;
import io.speckv.http.request.Generation;
import io.speckv.http.request.GenerationReader;
import io.speckv.http.request.MessagesReader;
import io.speckv.http.request.ResponsesReader;
import io.speckv.http.upstream.ChoiceCalls;
import io.speckv.http.upstream.Unary;
import io.speckv.http.upstream.UpstreamCall;
import io.speckv.kit.server.CallsPerClient;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.TokenizeRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The endpoints: which call of the InferenceService each one makes, and what its answer looks like. */
final class Routes {
    private static final String MODELS = "/v1/models";
    private static final String AUTHORIZATION = "authorization";
    private static final Duration HEALTH_DEADLINE = Duration.ofSeconds(2);
    private static final FieldNames NO_PROMPT = new FieldNames("prompt", "max_tokens");

    private static final Pattern SLASHES = Pattern.compile("/{2,}");

    private final Channel channel;
    private final HttpSettings settings;
    private final Places places;
    private final Bodies bodies;
    private final Duration deadline;
    private final Clock clock;
    private final long started;
    private final Page page = new Page();
    private final Map<String, Consumer<Exchange>> posts = Map.of(
            "/v1/chat/completions",
            exchange -> generate(exchange, GenerationReader::chat),
            "/v1/completions",
            exchange -> generate(exchange, GenerationReader::completion),
            "/v1/responses",
            exchange -> {
                exchange.errorsAs(ErrorForm.RESPONSE);
                generate(exchange, ResponsesReader::read);
            },
            "/v1/messages",
            exchange -> {
                exchange.errorsAs(ErrorForm.MESSAGE);
                generate(exchange, MessagesReader::read);
            },
            "/v1/messages/count_tokens",
            this::countMessage,
            "/v1/embeddings",
            exchange -> exchange.error(
                    ApiError.request(404, "unknown_url", "embeddings are not served here: the models generate text")),
            "/v1/speckv/explain",
            this::explain,
            "/v1/speckv/count",
            this::count);
    private final Map<String, Consumer<Exchange>> gets = Map.of(
            "/health",
            this::health,
            MODELS,
            this::models,
            "/v1/speckv/methods",
            exchange -> describe(
                    exchange,
                    Objects.requireNonNullElse(exchange.request().getParam("model"), ""),
                    served -> exchange.json(200, Descriptions.methods(served))));

    Routes(Channel channel, HttpSettings settings, Places places, Clock clock) {
        this.channel = channel;
        this.settings = settings;
        this.places = places;
        this.bodies = new Bodies(settings);
        this.deadline = settings.requestTimeout();
        this.clock = clock;
        this.started = clock.instant().getEpochSecond();
    }

    /** Answers one request. */
    void handle(Exchange exchange) {
        String path = path(exchange);
        HttpMethod method = exchange.request().method();
        boolean isGet = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        if (posts.containsKey(path)) {
            endpoint(exchange, posts.get(path), method.equals(HttpMethod.POST), "POST");
        } else if (gets.containsKey(path)) {
            endpoint(exchange, gets.get(path), isGet, "GET");
        } else if (page.has(path)) {
            endpoint(exchange, one -> page.send(path, one), isGet, "GET");
        } else if (path.startsWith(MODELS + "/")) {
            endpoint(exchange, one -> model(one, path.substring(MODELS.length() + 1)), isGet, "GET");
        } else {
            exchange.error(ApiError.request(404, "unknown_url", "there is nothing at " + method + " " + path));
        }
    }

    /** Returns the path without what clients add when they join a base URL and an endpoint: doubled and last slashes. */
    private static String path(Exchange exchange) {
        String asked = exchange.request().path();
        String single = SLASHES.matcher(asked == null ? "" : asked).replaceAll("/");
        return single.length() > 1 && single.endsWith("/") ? single.substring(0, single.length() - 1) : single;
    }

    private static void endpoint(
            Exchange exchange, @Nullable Consumer<Exchange> endpoint, boolean allowed, String method) {
        if (allowed && endpoint != null) {
            endpoint.accept(exchange);
            return;
        }
        exchange.header("Allow", method);
        exchange.error(ApiError.request(405, "method_not_allowed", "use " + method + " here"));
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
                            headers(exchange),
                            request,
                            exchange,
                            receiver));
        });
    }

    /** A stream whose answer is long in coming begins without it, or proxies would give it up. */
    private void beginInTime(Exchange exchange) {
        Vertx vertx = exchange.context().owner();
        long timer =
                vertx.setTimer(settings.streamBegins().toMillis(), late -> exchange.beginEvents(settings.keepAlive()));
        exchange.onOver(() -> vertx.cancelTimer(timer));
    }

    private void explain(Exchange exchange) {
        read(
                exchange,
                request -> new Explanation(
                        GenerationReader.explain(request),
                        GenerationReader.names(request, request.has("messages") ? "messages" : "prompt")),
                explanation -> unary(exchange, InferenceServiceGrpc.getExplainMethod(), deadline, explanation.request())
                        .map(Descriptions::explanation)
                        .onSuccess(json -> exchange.json(200, json))
                        .onFailure(thrown -> fail(exchange, thrown, explanation.fields())));
    }

    /** Tells how many tokens a message's prompt has, as Anthropic's API does. */
    private void countMessage(Exchange exchange) {
        exchange.errorsAs(ErrorForm.MESSAGE);
        FieldNames fields = new FieldNames("messages", "max_tokens");
        read(
                exchange,
                MessagesReader::count,
                counted -> unary(exchange, InferenceServiceGrpc.getTokenizeMethod(), deadline, counted)
                        .map(tokens -> JsonNodeFactory.instance
                                .objectNode()
                                .put("input_tokens", tokens.getTokens().getIdsCount()))
                        .onSuccess(json -> exchange.json(200, json))
                        .onFailure(thrown -> fail(exchange, thrown, fields)));
    }

    /** Tells how many tokens a prompt has, and how many its model takes. */
    private void count(Exchange exchange) {
        read(
                exchange,
                request -> new Counted(
                        GenerationReader.count(request),
                        GenerationReader.names(request, request.has("messages") ? "messages" : "prompt")),
                counted -> unary(exchange, InferenceServiceGrpc.getTokenizeMethod(), deadline, counted.request())
                        .compose(tokens -> unary(
                                        exchange,
                                        InferenceServiceGrpc.getDescribeMethod(),
                                        deadline,
                                        DescribeRequest.getDefaultInstance())
                                .map(served -> Descriptions.count(
                                        tokens, served, counted.request().getModel())))
                        .onSuccess(json -> exchange.json(200, json))
                        .onFailure(thrown -> fail(exchange, thrown, counted.fields())));
    }

    private record Counted(TokenizeRequest request, FieldNames fields) {}

    private record Explanation(ExplainRequest request, FieldNames fields) {}

    private <R> void read(Exchange exchange, Function<JsonFields, R> reader, Consumer<R> use) {
        requireValidId(exchange);
        Future<Void> used = bodies.read(exchange, () -> places.take(exchange), reader)
                .map(request -> {
                    use.accept(request);
                    return null;
                });
        used.onFailure(thrown -> fail(exchange, thrown, NO_PROMPT));
    }

    private static void requireValidId(Exchange exchange) {
        String id = exchange.request().getHeader(RequestId.HEADER);
        if (id != null && !id.isEmpty() && !RequestId.isValid(id)) {
            throw ApiError.field(RequestId.HEADER, "must have 1 to 128 printable ASCII characters")
                    .asException();
        }
    }

    /**
     * @param model whose methods are told; empty for the default one
     */
    private void describe(Exchange exchange, String model, Consumer<DescribeResponse> use) {
        places.take(exchange);
        DescribeRequest request = DescribeRequest.newBuilder().setModel(model).build();
        unary(exchange, InferenceServiceGrpc.getDescribeMethod(), deadline, request)
                .onSuccess(use::accept)
                .onFailure(thrown -> fail(exchange, thrown, NO_PROMPT));
    }

    private void models(Exchange exchange) {
        describe(exchange, "", served -> exchange.json(200, Descriptions.models(served, started)));
    }

    private void model(Exchange exchange, String encoded) {
        String name;
        try {
            name = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
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

    private void health(Exchange exchange) {
        unary(exchange, HealthGrpc.getCheckMethod(), HEALTH_DEADLINE, HealthCheckRequest.getDefaultInstance())
                .map(check -> check.getStatus() == HealthCheckResponse.ServingStatus.SERVING)
                .otherwise(false)
                .onSuccess(serving -> exchange.json(
                        serving ? 200 : 503,
                        JsonNodeFactory.instance.objectNode().put("status", serving ? "ok" : "not serving")));
    }

    private <Q, A> Future<A> unary(Exchange exchange, MethodDescriptor<Q, A> method, Duration within, Q request) {
        Unary<A> receiver = new Unary<>();
        UpstreamCall.start(channel, method, within, headers(exchange), request, exchange, receiver);
        return receiver.answer();
    }

    private static void fail(Exchange exchange, Throwable thrown, FieldNames fields) {
        if (thrown instanceof ApiError.RefusedException refused) {
            exchange.error(refused.error());
        } else if (thrown instanceof StatusRuntimeException status) {
            exchange.error(ApiError.of(status, fields));
        } else {
            exchange.error(Unexpected.logged(thrown));
        }
    }

    /** Passes on who asks, from where, and the trace it belongs to. */
    private static Metadata headers(Exchange exchange) {
        Metadata headers = new Metadata();
        for (String name : new String[] {AUTHORIZATION, "traceparent", "tracestate"}) {
            String value = exchange.request().getHeader(name);
            if (value != null) {
                headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
            }
        }
        // Anthropic's clients name who asks so.
        String key = exchange.request().getHeader("x-api-key");
        if (key != null && exchange.request().getHeader(AUTHORIZATION) == null) {
            headers.put(Metadata.Key.of(AUTHORIZATION, Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
        }
        SocketAddress client = exchange.request().remoteAddress();
        if (client != null && client.hostAddress() != null) {
            headers.put(CallsPerClient.HTTP_CLIENT, client.hostAddress());
        }
        return headers;
    }
}
