package io.speckv.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.grpc.Status;
import io.speckv.cli.CommandRun;
import io.speckv.cli.FakeRouter;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RequestException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses at which no router is, and what a router refuses. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class WrongRouterTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:8080",
                "https://a:1/",
                "",
                "localhost",
                "localhost:",
                ":9000",
                "a b:1",
                "::1:9000",
                "localhost:65536",
                "dns:///localhost",
                "list:///localhost:1,",
                "ipv4:127.0.0.1:9000"
            })
    void anAddressThatIsNoneIsToldWhatOneIs(String address) {
        CommandRun run = CommandRun.of("describe", "--router", address);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("speckv: --router is '" + address + "'; it must be HOST:PORT of the router's gRPC, such as"
                        + " localhost:9000, with a port up to 65535");
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void aNameThatNobodyKnowsIsToldWithTheAddress() {
        CommandRun run = CommandRun.of("describe", "--router", "no-such-host.invalid:9000", "--allow-plaintext");

        assertThat(run.status()).isEqualTo(4);
        assertThat(run.err())
                .startsWith("speckv: UNAVAILABLE: no router answers at no-such-host.invalid:9000: its name cannot be"
                        + " looked up")
                .contains("check the address after --router");
    }

    @Test
    void aServerThatSaysNothingIsToldWithTheAddressAndTheTimeLimit() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + silent.getLocalPort();
            CommandRun run = CommandRun.of("describe", "--router", address, "--timeout", "1");

            assertThat(run.status()).isEqualTo(5);
            assertThat(run.err())
                    .isEqualTo("speckv: DEADLINE_EXCEEDED: no whole answer from " + address
                            + " within 1s, which is --timeout" + System.lineSeparator());
        }
    }

    @Test
    void aServerThatWantsTlsIsNoHttpServer() {
        // What gRPC makes of a TLS alert.
        String alert = "First received frame was not SETTINGS. Hex dump for received bytes: 15030300020246";
        try (FakeRouter secure =
                FakeRouter.failing(Status.INTERNAL.withDescription(alert).asRuntimeException())) {
            CommandRun run = CommandRun.of("generate", "--router", secure.address(), "--prompt", "x");

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .contains("speaks TLS: add --tls or --tls-ca FILE")
                    .doesNotContain("speaks HTTP");
        }
    }

    @Test
    void anHttpServerIsNoRouter() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        try {
            String address = "127.0.0.1:" + server.getAddress().getPort();
            CommandRun run = CommandRun.of("describe", "--router", address);

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .isEqualTo("speckv: what answers at " + address + " speaks HTTP and no gRPC: name the router's gRPC"
                            + " port with --router, such as localhost:9000" + System.lineSeparator());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void norIsTheWebPageOfARouter() {
        // What gRPC makes of the answer of a server that speaks HTTP/2 and knows nothing of gRPC.
        String dump = "HTTP status code 404\ninvalid content-type: application/json\nheaders: Metadata(:status=404)";
        try (FakeRouter page =
                FakeRouter.failing(Status.UNIMPLEMENTED.withDescription(dump).asRuntimeException())) {
            CommandRun run = CommandRun.of("generate", "--router", page.address(), "--prompt", "x");

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("speaks HTTP and no gRPC").doesNotContain("Metadata");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void aLoadBalancerWhoseRouterIsDownIsWorthAnotherTry(int http) {
        // What gRPC makes of such a page.
        String dump = "HTTP status code " + http + "\ninvalid content-type: text/html\nheaders: Metadata(:status="
                + http + ")\nDATA-----------------------------\n<html></html>";
        try (FakeRouter page =
                FakeRouter.failing(Status.UNAVAILABLE.withDescription(dump).asRuntimeException())) {
            CommandRun run = CommandRun.of("generate", "--router", page.address(), "--prompt", "x");

            assertThat(run.status()).isEqualTo(4);
            assertThat(run.err())
                    .contains("speckv: UNAVAILABLE: no router answers at " + page.address() + ": HTTP status code "
                            + http)
                    .doesNotContain("speaks HTTP", "Metadata");
        }
    }

    @Test
    void aRouterWithoutTlsIsToldFromNone() {
        try (FakeRouter plain = FakeRouter.answering()) {
            CommandRun run = CommandRun.of("describe", "--router", plain.address(), "--tls");

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .isEqualTo("speckv: what answers at " + plain.address()
                            + " speaks no TLS: leave out --tls, --tls-ca and --cert" + System.lineSeparator());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        sampling.max_new_tokens          | --prompt x                  | --max-new-tokens is wrong
        sampling.stop_token_ids[1]       | --prompt x --stop-token 9   | --stop-token is wrong
        sampling.stop[0]                 | --prompt x --stop y         | --stop is wrong
        prompt                           | --prompt x                  | --prompt is wrong
        prompt.text                      | --file -                    | --file is wrong
        model                            | --prompt x --model y        | --model is wrong
        method.extra_settings.preset     | --prompt x --preset y       | --preset is wrong
        method.extra_settings.foo        | --prompt x --set foo=1      | --set foo is wrong
        method.extra_settings.foo        | --prompt x                  | method.extra_settings.foo is wrong
        protection.share                 | --prompt x                  | protection.share is wrong
        """)
    void aFieldIsToldAsTheOptionThatStandsForIt(String field, String options, String message) {
        try (FakeRouter refusing =
                FakeRouter.failing(Failures.encode(RequestException.invalidField(field, "is wrong")))) {
            List<String> arguments = new ArrayList<>(List.of("generate", "--router", refusing.address()));
            arguments.addAll(Arrays.asList(options.split(" ")));
            CommandRun run = CommandRun.of(arguments.toArray(new String[0]));

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("INVALID_ARGUMENT (FIELD_INVALID): " + message);
            assertThat(run.err().contains("option: ")).isEqualTo(!message.startsWith(field));
        }
    }
}
