package io.speckv.kit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.ScriptedInference;
import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.settings.SettingsLoader;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerTracingTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    record Holder(TelemetrySettings telemetry) {}

    private static Telemetry telemetry(SpanCollector collector) {
        return Telemetry.start(
                SettingsLoader.withDefaults(Holder.class, TelemetrySettings.DEFAULTS)
                        .load(null, Map.of(), List.of())
                        .value()
                        .telemetry(),
                new Telemetry.ServiceIdentity("test", "0"),
                List.of(collector));
    }

    private static Metadata headers(String timeout) {
        Metadata headers = new Metadata();
        headers.put(
                Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
                "00-" + TRACE + "-b7ad6b7169203331-01");
        // The client itself knows no deadline, so it is the server that ends the call.
        headers.put(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), timeout);
        return headers;
    }

    private static SpanData await(SpanCollector collector) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (collector.spans(TRACE).isEmpty()) {
            assertThat(System.nanoTime()).as("the call has no span").isLessThan(until);
            Thread.sleep(5);
        }
        return collector.spans(TRACE).get(0);
    }

    /** A time in milliseconds, and whether the client goes away before. */
    @ParameterizedTest
    @CsvSource({"100m, false, DEADLINE_EXCEEDED", "3600000m, true, CANCELLED"})
    void aDeadlineThatPassesIsNotAClientThatGoesAway(String timeout, boolean leaves, String status) throws Exception {
        SpanCollector collector = new SpanCollector(10);
        CountDownLatch called = new CountDownLatch(1);
        try (Telemetry telemetry = telemetry(collector);
                LoopbackServer server = LoopbackServer.loading(
                        new ScriptedInference(observer -> called.countDown()),
                        List.of(telemetry.serverInterceptor()),
                        FailureClassifier.NONE)) {
            server.process().serving();
            ClientCall<GenerateRequest, GenerateResponse> call =
                    server.channel().channel().newCall(InferenceServiceGrpc.getGenerateMethod(), CallOptions.DEFAULT);
            call.start(new ClientCall.Listener<>() {}, headers(timeout));
            call.sendMessage(GenerateRequest.getDefaultInstance());
            call.halfClose();
            if (leaves) {
                assertThat(called.await(60, TimeUnit.SECONDS)).isTrue();
                call.cancel("the test goes away", null);
            }

            assertThat(await(collector).getAttributes().get(AttributeKey.stringKey("rpc.status_code")))
                    .isEqualTo(status);
        }
    }
}
