package io.speckv.kit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.ScriptedInference;
import io.speckv.kit.settings.ByteSize;
import io.speckv.kit.settings.SettingsException;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path directory = Path.of("");

    private TestCertificates authority = newAuthority("test authority");

    private static TestCertificates newAuthority(String name) {
        try {
            return new TestCertificates(name);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void issueCertificates() throws Exception {
        authority.writeAuthority(file("ca.pem"));
        authority.issue("localhost", DAY, file("server.pem"), file("server.key"));
        authority.issue("client", DAY, file("client.pem"), file("client.key"));
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
                "--server.tls.trusted-certificates=" + (mutual ? file("ca.pem") : "null"),
                "--server.tls.reload-every=1s");
    }

    private TlsSettings client(@Nullable String name) {
        return new TlsSettings(
                true,
                name == null ? null : file(name + ".pem"),
                name == null ? null : file(name + ".key"),
                file("ca.pem"),
                Duration.ofMinutes(1));
    }

    private static String call(LoopbackServer server, TlsSettings tls) {
        return describe(server.channel(tls, null));
    }

    private static String describe(ServiceChannel channel) {
        return InferenceServiceGrpc.newBlockingStub(channel.channel())
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .describe(DescribeRequest.getDefaultInstance())
                .getVersion();
    }

    private static void assertRefused(LoopbackServer server, TlsSettings tls) {
        assertThatThrownBy(() -> call(server, tls))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }

    @Test
    void servesClientsThatTrustTheAuthority() throws Exception {
        try (LoopbackServer server = server(false)) {
            assertThat(call(server, client(null))).isEqualTo("test");
            assertRefused(server, LoopbackServer.NO_TLS);
            newAuthority("other").writeAuthority(file("ca.pem"));
            assertRefused(server, client(null));
        }
    }

    @Test
    void asksForAClientCertificateOfTheAuthorityInMutualTls() throws Exception {
        try (LoopbackServer server = server(true)) {
            assertThat(call(server, client("client"))).isEqualTo("test");
            assertRefused(server, client(null));
            newAuthority("other").issue("client", DAY, file("foreign.pem"), file("foreign.key"));
            assertRefused(server, client("foreign"));
        }
    }

    @Test
    void refusesExpiredCertificatesOfEitherSide() throws Exception {
        Duration soon = Duration.ofSeconds(4);
        authority.issue("client", soon, file("short.pem"), file("short.key"));
        try (LoopbackServer server = server(true)) {
            TlsSettings ours = client("short");
            ServiceChannel channel = server.channel(ours, null);
            Thread.sleep(soon.plusSeconds(1).toMillis());
            assertThatThrownBy(() -> describe(channel))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
        }
        authority.issue("localhost", soon, file("server.pem"), file("server.key"));
        try (LoopbackServer server = server(false)) {
            Thread.sleep(soon.plusSeconds(1).toMillis());
            assertThatThrownBy(() -> call(server, client(null)))
                    .satisfies(thrown ->
                            assertThat(ConnectionFault.of(thrown).kind()).isEqualTo("tls"))
                    .satisfies(thrown ->
                            assertThat(ConnectionFault.of(thrown).message()).contains("certificate"));
        }
    }

    @Test
    void startsWithNoCertificateWhoseDatesAreOver() throws Exception {
        authority.issue("localhost", Duration.ofHours(-1), file("server.pem"), file("server.key"));
        assertThatThrownBy(() -> server(false).close())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("server.pem expired at ");
    }

    @Test
    void takesUpNoExpiredCertificateWhileRunning() throws Exception {
        try (LoopbackServer server = server(false)) {
            BigInteger before = shown(server.process().port());
            authority.issue("localhost", Duration.ofHours(-1), file("server.pem"), file("server.key"));
            Thread.sleep(2500);
            assertThat(shown(server.process().port())).isEqualTo(before);
            assertThat(call(server, client(null))).isEqualTo("test");
        }
    }

    @Test
    void refusesAServerOfAnotherName() throws Exception {
        authority.issue("elsewhere.example", DAY, file("server.pem"), file("server.key"));
        try (LoopbackServer server = server(false)) {
            assertRefused(server, client(null));
        }
    }

    @Test
    void takesUpARenewedCertificateWhileRunning() throws Exception {
        try (LoopbackServer server = server(false)) {
            X509Certificate renewed =
                    authority.issue("localhost", Duration.ofDays(2), file("next.pem"), file("next.key"));
            // Half of the pair first: the old pair goes on until both have come.
            Files.move(file("next.pem"), file("server.pem"), StandardCopyOption.REPLACE_EXISTING);
            Thread.sleep(1500);
            assertThat(call(server, client(null))).isEqualTo("test");
            assertThat(shown(server.process().port())).isNotEqualTo(renewed.getSerialNumber());
            Files.move(file("next.key"), file("server.key"), StandardCopyOption.REPLACE_EXISTING);

            long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (!shown(server.process().port()).equals(renewed.getSerialNumber()) && System.nanoTime() < until) {
                Thread.sleep(100);
            }
            assertThat(shown(server.process().port())).isEqualTo(renewed.getSerialNumber());
            assertThat(call(server, client(null))).isEqualTo("test");
        }
    }

    /** Serial number of the certificate that the server shows to a new connection. */
    private BigInteger shown(int port) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManager[] trustAll = {new AcceptAll()};
        context.init(null, trustAll, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    private static final class AcceptAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void refusesToStartOnFilesThatCannotBeUsed() throws Exception {
        authority.issue("localhost", DAY, file("other.pem"), file("server.key"));
        assertThatThrownBy(() -> server(false).close())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("server.key is not the key of");
        Files.delete(file("server.pem"));
        assertThatThrownBy(() -> server(false).close())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("cannot read " + file("server.pem"));
    }

    @Test
    void refusesPlaintextOffLoopbackUnlessAskedFor() {
        assertThatThrownBy(() -> LoopbackServer.settings("--server.address=0.0.0.0"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("plaintext on 0.0.0.0 would be open to the network");
        assertThat(LoopbackServer.settings("--server.address=0.0.0.0", "--server.allow-plaintext=true")
                        .allowPlaintext())
                .isTrue();
        assertThatThrownBy(() -> channelTo("dns:///target.example:9000", false))
                .hasMessageContaining("plaintext to dns:///target.example:9000 would be open to the network");
        assertThat(channelTo("dns:///target.example:9000", true).allowPlaintext())
                .isTrue();
        assertThat(channelTo("dns:///localhost:9000", false).allowPlaintext()).isFalse();
        assertThat(channelTo("127.0.0.1:9000", false).allowPlaintext()).isFalse();
        assertThat(channelTo("[::1]:9000", false).allowPlaintext()).isFalse();
    }

    private static ChannelSettings channelTo(String target, boolean allowPlaintext) {
        return new ChannelSettings(
                target,
                allowPlaintext,
                LoopbackServer.NO_TLS,
                null,
                new ByteSize(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(20));
    }
}
