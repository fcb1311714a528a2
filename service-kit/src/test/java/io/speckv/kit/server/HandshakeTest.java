package io.speckv.kit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.grpc.StatusRuntimeException;
import io.speckv.kit.LoggedLines;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.ScriptedInference;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** {@link HandshakeWatch} has a connection that cannot begin told in one sentence, and none that just ends. */
@Isolated // other servers' handshakes are told in the same log
@Timeout(60)
class HandshakeTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path directory = Path.of("");

    private final LoggedLines log = LoggedLines.of(HandshakeLog.class.getName(), Level.DEBUG);

    @BeforeEach
    void issueCertificates() throws Exception {
        TestCertificates authority = new TestCertificates("test authority");
        authority.writeAuthority(file("ca.pem"));
        authority.issue("localhost", DAY, file("server.pem"), file("server.key"));
        TestCertificates other = new TestCertificates("other authority");
        other.writeAuthority(file("other-ca.pem"));
        other.issue("client", DAY, file("foreign.pem"), file("foreign.key"));
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private LoopbackServer server(boolean mutual) throws IOException {
        return LoopbackServer.serving(
                ScriptedInference.answering(),
                "--server.tls.enabled=true",
                "--server.tls.certificate=" + file("server.pem"),
                "--server.tls.private-key=" + file("server.key"),
                "--server.tls.trusted-certificates=" + (mutual ? file("ca.pem") : "null"));
    }

    private TlsSettings trusting(String authority) {
        return new TlsSettings(true, null, null, file(authority), Duration.ofMinutes(1));
    }

    private static void fail(LoopbackServer server, TlsSettings tls) {
        ServiceChannel channel = server.channel(tls, null);
        assertThatThrownBy(() -> InferenceServiceGrpc.newBlockingStub(channel.channel())
                        .withDeadlineAfter(10, TimeUnit.SECONDS)
                        .describe(DescribeRequest.getDefaultInstance()))
                .isInstanceOf(StatusRuntimeException.class);
    }

    /** Returns the first line that is told, as clients may see the failure before the server does. */
    private String told() throws InterruptedException {
        while (log.lines().isEmpty()) {
            Thread.sleep(5);
        }
        return log.lines().get(0);
    }

    private void assertTold(String sentence) throws InterruptedException {
        assertThat(told())
                .matches("WARN the TLS handshake with a client failed: " + Pattern.quote(sentence)
                        + " peer=(127\\.0\\.0\\.1|\\[[0-9:]+]):\\d+");
        assertThat(log.lines()).as("the same of the same host").hasSize(1);
    }

    @Test
    void aClientWithoutTlsIsTold() throws Exception {
        try (LoopbackServer server = server(false)) {
            fail(server, LoopbackServer.NO_TLS);

            assertTold("it speaks no TLS: set tls.enabled of its channel, or turn tls off here");
        }
    }

    @Test
    void aClientThatDoesNotTrustTheServerIsTold() throws Exception {
        try (LoopbackServer server = server(false)) {
            fail(server, trusting("other-ca.pem"));

            assertTold("it does not accept this server's certificate: check tls.trusted-certificates of its channel,"
                    + " and the names and dates in the certificate");
        }
    }

    @Test
    void aClientWithoutACertificateIsTold() throws Exception {
        try (LoopbackServer server = server(true)) {
            fail(server, trusting("ca.pem"));

            assertTold("it shows no certificate, which tls.trusted-certificates here asks for: set tls.certificate and"
                    + " tls.private-key of its channel");
        }
    }

    @Test
    void aClientWithACertificateOfAnotherAuthorityIsTold() throws Exception {
        try (LoopbackServer server = server(true)) {
            fail(
                    server,
                    new TlsSettings(
                            true, file("foreign.pem"), file("foreign.key"), file("ca.pem"), Duration.ofMinutes(1)));

            assertThat(told())
                    .startsWith("WARN the TLS handshake with a client failed: its certificate is not accepted")
                    .contains(": check tls.trusted-certificates here, and the dates in its certificate peer=");
        }
    }

    @Test
    void aClientThatSpeaksTlsToAPlainServerIsTold() throws Exception {
        try (LoopbackServer server = LoopbackServer.serving(ScriptedInference.answering())) {
            fail(server, trusting("ca.pem"));

            assertTold("it speaks TLS, and this server does not: turn its tls off, or set tls.enabled here");
        }
    }

    @Test
    void aClientThatGoesAwayIsNoFailure() throws Exception {
        try (LoopbackServer server = server(false)) {
            new Socket(InetAddress.getLoopbackAddress(), server.process().port()).close();

            assertThat(told()).startsWith("DEBUG a client went away during the TLS handshake peer=");
        }
    }

    @Test
    void whatAHostRepeatsIsToldOnceAMinute() {
        AtomicLong now = new AtomicLong();
        HandshakeLog handshakes = new HandshakeLog(now::get);
        SSLException wrong = new SSLException("no common cipher");
        for (String peer : List.of("10.0.0.1:1", "10.0.0.1:2", "10.0.0.2:1")) {
            handshakes.failed(peer, wrong);
        }
        handshakes.failed("10.0.0.1:3", new SSLException("handshake timed out"));
        now.addAndGet(TimeUnit.MINUTES.toNanos(1));
        handshakes.failed("10.0.0.1:4", wrong);

        String begin = "WARN the TLS handshake with a client failed: ";
        assertThat(log.lines())
                .containsExactly(
                        begin + "no common cipher: check the tls settings of both sides peer=10.0.0.1:1",
                        begin + "no common cipher: check the tls settings of both sides peer=10.0.0.2:1",
                        begin + "handshake timed out: check the tls settings of both sides peer=10.0.0.1:3",
                        begin + "no common cipher: check the tls settings of both sides peer=10.0.0.1:4");
    }
}
