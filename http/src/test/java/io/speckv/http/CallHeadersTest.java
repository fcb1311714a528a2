package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.speckv.http.upstream.CallHeaders;
import io.speckv.kit.server.CallsPerClient;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a call of the router is told of its HTTP request: {@link CallHeaders}. */
final class CallHeadersTest {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static @Nullable String header(Metadata headers, String name) {
        return headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    }

    private static Metadata called(String... headers) throws Exception {
        FakeInference service = FakeInference.answering();
        try (RunningGateway server = new RunningGateway(service)) {
            var request = server.request("/v1/completions", "{\"prompt\": \"a\"}");
            if (headers.length > 0) {
                request.headers(headers);
            }
            var unused = server.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
        return service.headers.take();
    }

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @CsvSource(
            nullValues = "none",
            value = {
                "Bearer one, none, Bearer one",
                "none, two, Bearer two",
                "Bearer one, two, Bearer one",
                "none, none, none"
            })
    void aKeyIsABearerTokenWhereThereIsNoneYet(
            @Nullable String authorization, @Nullable String key, @Nullable String told) throws Exception {
        Metadata headers = authorization != null && key != null
                ? called("Authorization", authorization, "x-api-key", key)
                : authorization != null
                        ? called("Authorization", authorization)
                        : key != null ? called("x-api-key", key) : called();

        assertThat(header(headers, "authorization")).isEqualTo(told);
        assertThat(header(headers, "x-api-key")).isNull();
    }

    @Test
    void theTraceGoesOnAndNothingElseDoes() throws Exception {
        Metadata headers =
                called("traceparent", TRACE, "tracestate", "a=1", "Cookie", "secret=1", "X-Forwarded-For", "1.2.3.4");

        assertThat(header(headers, "traceparent")).contains("0af7651916cd43dd8448eb211c80319c");
        assertThat(header(headers, "tracestate")).isEqualTo("a=1");
        assertThat(header(headers, "cookie")).isNull();
        assertThat(header(headers, "x-forwarded-for")).isNull();
    }

    /** Else all clients of the gateway would share what one of them may ask for at once. */
    @Test
    void theClientIsCountedByItsOwnAddress() throws Exception {
        assertThat(called().get(CallsPerClient.HTTP_CLIENT)).isEqualTo("127.0.0.1");
    }
}
