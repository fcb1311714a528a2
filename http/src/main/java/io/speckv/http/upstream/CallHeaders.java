package io.speckv.http.upstream;

import io.grpc.Metadata;
import io.speckv.http.connection.Exchange;
import io.speckv.kit.server.CallsPerClient;
import io.vertx.core.net.SocketAddress;

/** Headers that a call takes over from its HTTP request: who asks, from where, and the trace. */
public final class CallHeaders {
    private static final String AUTHORIZATION = "authorization";

    private CallHeaders() {}

    /** Returns the headers of a call for {@code exchange}. */
    public static Metadata of(Exchange exchange) {
        Metadata headers = new Metadata();
        for (String name : new String[] {AUTHORIZATION, "traceparent", "tracestate"}) {
            String value = exchange.request().getHeader(name);
            if (value != null) {
                headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
            }
        }
        // Anthropic's clients send their key in this header.
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
