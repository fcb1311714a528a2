package io.speckv.http;

import io.speckv.http.connection.ErrorForm;
import io.speckv.http.connection.Exchange;
import io.speckv.http.json.ApiError;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the endpoint for a path and a method. */
final class Routes {
    private static final String MODELS = "/v1/models";
    private static final String MESSAGES = "/v1/messages";
    private static final String RESPONSES = "/v1/responses";

    private static final Pattern SLASHES = Pattern.compile("/{2,}");

    private final Endpoints endpoints;
    private final Page page = new Page();
    private final Map<String, Consumer<Exchange>> posts;
    private final Map<String, Consumer<Exchange>> gets;

    Routes(Endpoints endpoints) {
        this.endpoints = endpoints;
        this.posts = Map.of(
                "/v1/chat/completions",
                endpoints::chat,
                "/v1/completions",
                endpoints::completion,
                RESPONSES,
                endpoints::response,
                MESSAGES,
                endpoints::message,
                "/v1/messages/count_tokens",
                endpoints::countMessage,
                "/v1/embeddings",
                Routes::noEmbeddings,
                "/v1/speckv/explain",
                endpoints::explain,
                "/v1/speckv/count",
                endpoints::count);
        this.gets = Map.of(
                "/health", endpoints::health, MODELS, endpoints::models, "/v1/speckv/methods", endpoints::methods);
    }

    /** Sets up an exchange so that every answer, errors included, has the form of the requested API. */
    void prepare(Exchange exchange) {
        String path = path(exchange);
        if (path.equals(MESSAGES) || path.startsWith(MESSAGES + "/")) {
            exchange.errorsAs(ErrorForm.MESSAGE);
            exchange.header("request-id", exchange.requestId()); // Anthropic's clients look for the id here
        } else if (path.equals(RESPONSES)) {
            exchange.errorsAs(ErrorForm.RESPONSE);
        }
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
            endpoint(exchange, one -> endpoints.model(one, path.substring(MODELS.length() + 1)), isGet, "GET");
        } else {
            exchange.error(ApiError.request(404, "unknown_url", "there is nothing at " + method + " " + path));
        }
    }

    /** Returns the path without doubled and trailing slashes, which clients add when they join a base URL and an endpoint. */
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

    private static void noEmbeddings(Exchange exchange) {
        exchange.error(
                ApiError.request(404, "unknown_url", "embeddings are not served here: the models generate text"));
    }
}
