package io.speckv.engineclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people read of connections that do not come about. */
@Timeout(60)
class ConnectionTroubleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static Throwable failure(String url) throws InterruptedException {
        EngineClient client =
                new EngineClient(new EngineConnection(EngineConnection.address(url), null, null, PATIENCE));
        try {
            var unused = client.get("/health", PATIENCE).get();
            throw new AssertionError("somebody answers at " + url);
        } catch (ExecutionException e) {
            return e;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:1, nothing listens at its address",
        "http://no-such-host.invalid:8000, its name cannot be looked up"
    })
    void whereNobodyIsTheReasonIsToldWithoutTheAddress(String url, String reason) throws InterruptedException {
        assertThat(ConnectionTrouble.of(failure(url))).contains(reason);
    }

    @Test
    void aServerThatSpeaksNoTlsIsToldAsSuch() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> answer(plain), "test-plain");
            answering.start();
            assertThat(ConnectionTrouble.of(failure("https://127.0.0.1:" + plain.getLocalPort())))
                    .hasValueSatisfying(reason -> assertThat(reason)
                            .startsWith("its TLS certificate is not accepted, or it speaks no TLS: "));
            answering.join();
        }
    }

    private static void answer(ServerSocket plain) {
        try (var connection = plain.accept()) {
            connection.getOutputStream().write("HTTP/1.1 400 no TLS here\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            connection.getOutputStream().flush();
            var unused = connection.getInputStream().read();
        } catch (IOException e) {
            return; // the client went away when it saw what this is
        }
    }

    @Test
    void aTlsConnectionThatBreaksLaterIsNotToldAsARefusedCertificate() {
        assertThat(ConnectionTrouble.of(new IOException(new SSLException("closed inbound before close_notify"))))
                .contains("its TLS connection broke: closed inbound before close_notify");
        assertThat(ConnectionTrouble.of(new SSLHandshakeException("no cipher suites in common")))
                .contains("its TLS certificate is not accepted, or it speaks no TLS: no cipher suites in common");
    }

    @Test
    void anAddressWithoutARouteIsNotToldAsAPortWithoutAListener() {
        assertThat(ConnectionTrouble.of(new IOException(new NoRouteToHostException("No route to host"))))
                .contains("no way leads to its address");
    }

    @Test
    void otherFailuresHaveWordsOfTheirOwn() {
        assertThat(ConnectionTrouble.of(new IOException("the answer is longer than 1 MiB")))
                .isEmpty();
    }
}
