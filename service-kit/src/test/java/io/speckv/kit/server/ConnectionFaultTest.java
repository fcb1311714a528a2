package io.speckv.kit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.speckv.kit.LoopbackServer;
import io.speckv.kit.ScriptedInference;
import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.settings.ByteSize;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is made of calls that reach nobody, by real channels. */
class ConnectionFaultTest {
    private static ConnectionFault fault(String address, long millis) {
        ChannelSettings settings = new ChannelSettings(
                address,
                true,
                LoopbackServer.NO_TLS,
                null,
                ByteSize.parse("1MiB"),
                Duration.ofMinutes(1),
                Duration.ofSeconds(20));
        try (ServiceChannel channel = ServiceChannel.open(settings, Map.of(), List.of())) {
            Throwable thrown = catchThrowable(() -> InferenceServiceGrpc.newBlockingStub(channel.channel())
                    .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                    .describe(DescribeRequest.getDefaultInstance()));
            assertThat(thrown).as("somebody answers at " + address).isNotNull();
            return ConnectionFault.of(thrown);
        }
    }

    private static void assertFault(ConnectionFault fault, String kind, String message) {
        assertThat(fault.kind()).as("%s", fault).isEqualTo(kind);
        assertThat(fault.message()).isEqualTo(message);
    }

    @Test
    void aPortAtWhichNothingListens() {
        assertFault(fault("127.0.0.1:1", 20_000), "refused", "nothing listens at its address");
    }

    @Test
    void aNameThatNobodyKnows() {
        assertFault(fault("no-such-host.invalid:9000", 20_000), "name", "its name cannot be looked up");
    }

    @Test
    void aServerThatSaysNothing() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertFault(fault("127.0.0.1:" + silent.getLocalPort(), 300), "timeout", "it does not answer in time");
        }
    }

    @Test
    void aServerThatEndsTheConnection() throws Exception {
        try (ServerSocket closing = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread ending = new Thread(() -> endOne(closing), "test-closing");
            ending.start();
            ConnectionFault fault = fault("127.0.0.1:" + closing.getLocalPort(), 20_000);
            ending.join();

            assertFault(fault, "closed", "it closed the connection");
        }
    }

    private static void endOne(ServerSocket server) {
        try {
            server.accept().close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aKindThatIsNotCountedFromZeroIsRefused() {
        assertThatThrownBy(() -> new ConnectionFault("tired", "it sleeps", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tired is no kind of fault, must be one of [tls, refused,");
    }

    @Test
    void aServerThatSaysWhyItDoesNotServe() throws Exception {
        try (LoopbackServer loading =
                LoopbackServer.loading(ScriptedInference.answering(), List.of(), FailureClassifier.NONE)) {
            ConnectionFault fault = fault("127.0.0.1:" + loading.process().port(), 20_000);

            assertThat(fault.kind()).isEqualTo("told");
            assertThat(fault.message()).startsWith("it says: the model is not ");
        }
    }
}
