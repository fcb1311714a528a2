package io.speckv.kit.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLoaderTest {
    private final SettingsLoader<Sample> loader = SettingsLoader.withDefaults(Sample.class, "sample-defaults.yaml");

    @TempDir
    Path directory = Path.of("");

    enum Mode {
        FAST,
        SAFE
    }

    record Sample(
            Listen listen,
            Mode mode,
            List<String> targets,
            Map<String, String> labels,
            @Nullable Path model) {}

    record Listen(
            String address,
            int port,
            Duration drain,
            ByteSize maxMessage,
            @Secret @Nullable String token) {
        Listen {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port is " + port + ", must be 0 to 65535");
            }
        }
    }

    @Test
    void readsTheDefaults() {
        Sample sample = loader.load(null, Map.of(), List.of()).value();

        assertThat(sample)
                .isEqualTo(new Sample(
                        new Listen("127.0.0.1", 9000, Duration.ofSeconds(30), new ByteSize(64 << 20), null),
                        Mode.SAFE,
                        List.of("dns:///target:9000"),
                        Map.of("zone", "a"),
                        null));
    }

    @Test
    void everyKeyCanBeSetInEveryLayer() throws IOException {
        String yaml = """
            listen: {address: 0.0.0.0, port: 1, drain: 250ms, max-message: 1KiB, token: t}
            mode: FAST
            targets: [a, b]
            labels: {rack: '7'}
            model: /models/m
            """;
        Sample expected = new Sample(
                new Listen("0.0.0.0", 1, Duration.ofMillis(250), new ByteSize(1024), "t"),
                Mode.FAST,
                List.of("a", "b"),
                Map.of("rack", "7"),
                Path.of("/models/m"));
        Path file = Files.writeString(directory.resolve("s.yaml"), yaml);

        assertThat(loader.load(file, Map.of(), List.of()).value()).isEqualTo(expected);
        assertThat(loader.load(
                                null,
                                Map.of(
                                        "SPECKV_LISTEN__ADDRESS", "0.0.0.0",
                                        "SPECKV_LISTEN__PORT", "1",
                                        "SPECKV_LISTEN__DRAIN", "250ms",
                                        "SPECKV_LISTEN__MAX_MESSAGE", "1KiB",
                                        "SPECKV_LISTEN__TOKEN", "t",
                                        "SPECKV_MODE", "FAST",
                                        "SPECKV_TARGETS", "[a, b]",
                                        "SPECKV_LABELS", "{rack: '7'}",
                                        "SPECKV_MODEL", "/models/m"),
                                List.of())
                        .value())
                .isEqualTo(expected);
        assertThat(loader.load(
                                null,
                                Map.of(),
                                List.of(
                                        "--listen.address=0.0.0.0",
                                        "--listen.port=1",
                                        "--listen.drain=250ms",
                                        "--listen.max-message=1KiB",
                                        "--listen.token=t",
                                        "--mode=FAST",
                                        "--targets=[a, b]",
                                        "--labels={rack: '7'}",
                                        "--model=/models/m"))
                        .value())
                .isEqualTo(expected);
    }

    @Test
    void laterLayersWinKeyByKey() throws IOException {
        Path file = Files.writeString(directory.resolve("s.yaml"), "listen: {port: 1, address: file}\nmode: FAST\n");

        Sample sample = loader.load(
                        file,
                        Map.of("SPECKV_LISTEN__PORT", "2", "SPECKV_LISTEN__ADDRESS", "env"),
                        List.of("--listen.port=3"))
                .value();

        assertThat(sample.listen().port()).isEqualTo(3);
        assertThat(sample.listen().address()).isEqualTo("env");
        assertThat(sample.mode()).isEqualTo(Mode.FAST);
        assertThat(sample.listen().drain()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void refusesUnknownKeysNamingLayerAndKnownOnes() throws IOException {
        Path file = Files.writeString(directory.resolve("s.yaml"), "listen: {prot: 1}\n");

        assertThatThrownBy(() -> loader.load(file, Map.of(), List.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("unknown key 'listen.prot' (file " + file + ")")
                .hasMessageContaining("listen.address, listen.port, listen.drain, listen.max-message, listen.token");
        assertThatThrownBy(() -> loader.load(null, Map.of("SPECKV_MOOD", "x"), List.of()))
                .hasMessageContaining(
                        "unknown key 'mood' (environment SPECKV_MOOD); known keys: listen, mode, targets");
        assertThatThrownBy(() -> loader.load(null, Map.of(), List.of("--listen.port.x=1")))
                .hasMessageContaining("unknown key 'listen.port.x' (flag --listen.port.x); known keys: listen.address");
        assertThatThrownBy(() -> loader.load(null, Map.of(), List.of("--listen=1")))
                .hasMessageContaining("'listen' (flag --listen) is a group of keys");
        assertThatThrownBy(() -> loader.load(null, Map.of(), List.of("listen.port=1")))
                .hasMessageContaining("'listen.port=1' is not a setting: write --key=value");
    }

    @Test
    void namesKeyValueLayerAndRuleOfABadValue() {
        assertThatThrownBy(() -> loader.load(null, Map.of("SPECKV_LISTEN__PORT", "70000"), List.of()))
                .hasMessageContaining("port is 70000, must be 0 to 65535")
                .hasMessageContaining("listen.port = 70000 (environment SPECKV_LISTEN__PORT)");
        assertThatThrownBy(() -> loader.load(null, Map.of(), List.of("--listen.port=many")))
                .hasMessageContaining("listen.port = \"many\" (flag --listen.port)");
        assertThatThrownBy(() -> loader.load(null, Map.of(), List.of("--listen.drain=30")))
                .hasMessageContaining("a whole number followed by ms, s, m or h")
                .hasMessageContaining("(flag --listen.drain)");
        assertThatThrownBy(() -> loader.load(null, Map.of(), List.of("--listen.max-message=lots")))
                .hasMessageContaining("'lots' is not a byte size");
        assertThatThrownBy(() -> loader.load(null, Map.of(), List.of("--mode=QUICK")))
                .hasMessageContaining("FAST, SAFE")
                .hasMessageContaining("(flag --mode)");
        assertThatThrownBy(() -> loader.load(null, Map.of(), List.of("--listen.address=")))
                .hasMessageContaining("key 'listen.address' has no value (set flag --listen.address)");
        assertThatThrownBy(() -> loader.load(Path.of("absent.yaml"), Map.of(), List.of()))
                .hasMessageContaining("cannot read settings file absent.yaml: there is no such file");
        assertThatThrownBy(() -> loader.load(null, Map.of(), List.of("--labels={a")))
                .hasMessageContaining("flag --labels is not valid YAML");
    }

    @Test
    void ignoresTheVariablesThatKubernetesAddsForServices() {
        Sample sample = loader.load(
                        null,
                        Map.of(
                                "SPECKV_ROUTER_SERVICE_HOST", "10.0.0.1",
                                "SPECKV_ROUTER_SERVICE_PORT", "9000",
                                "SPECKV_ROUTER_SERVICE_PORT_GRPC", "9000",
                                "SPECKV_ROUTER_PORT", "tcp://10.0.0.1:9000",
                                "SPECKV_ROUTER_PORT_9000_TCP", "tcp://10.0.0.1:9000",
                                "SPECKV_ROUTER_PORT_9000_TCP_ADDR", "10.0.0.1",
                                "SPECKV_LISTEN__PORT", "5"),
                        List.of())
                .value();

        assertThat(sample.listen().port()).isEqualTo(5);
    }

    @Test
    void ignoresTheVariablesThatOtherPartsOfTheProjectRead() {
        Map<String, String> environment = Map.of("SPECKV_JAVA_OPTS", "-Xmx1g", "SPECKV_BASE_IMAGE", "base");

        assertThat(loader.load(null, environment, List.of()).value())
                .isEqualTo(loader.load(null, Map.of(), List.of()).value());
    }

    @Test
    void printsWhereEachValueCameFromAndHidesSecrets() throws IOException {
        LoadedSettings<Sample> loaded =
                loader.load(null, Map.of("SPECKV_LISTEN__TOKEN", "hush"), List.of("--listen.port=3"));

        assertThat(loaded.print())
                .contains("listen:\n  address: \"127.0.0.1\"")
                .containsPattern("  port: 3 +# flag --listen.port\n")
                .containsPattern("  token: \"\\*{6}\" +# environment SPECKV_LISTEN__TOKEN\n")
                .containsPattern("mode: \"SAFE\" +# defaults\n")
                .doesNotContain("hush");
        Path again = Files.writeString(directory.resolve("again.yaml"), loaded.print());
        assertThat(loader.load(again, Map.of(), List.of()).value().listen().port())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "listen.port=many, a whole number",
        "listen.port=1.5, a whole number",
        "listen.port=99999999999, a whole number from -2147483648 to 2147483647",
        "listen.port=-99999999999999999999, a whole number from -2147483648 to 2147483647",
        "listen.port=[1], a whole number",
        "listen.port={a: 1}, a whole number",
        "listen.address=[a], a text",
        "listen.max-message=[1], 'a size with its unit, such as 512KiB or 64MiB'",
        "listen.drain=[1s], 'a whole number followed by ms, s, m or h, such as 30s'",
        "listen.drain=30, 'a whole number followed by ms, s, m or h, such as 30s'",
        "listen.drain=99999999999999999999s, 'a whole number followed by ms, s, m or h, such as 30s'",
        "mode=loud, 'one of FAST, SAFE'",
        "targets=a, a list",
        "mode=[FAST], 'one of FAST, SAFE'",
        "model=[a], a text",
        "labels=[a], a group of keys"
    })
    void aWrongTypeIsToldInTheWordsOfSettings(String flag, String wanted) {
        String key = flag.substring(0, flag.indexOf('='));

        assertThatThrownBy(() -> loader.load(null, Map.of(), List.of("--" + flag)))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("must be " + wanted + "; set: " + key + " = ")
                .hasMessageEndingWith("(flag --" + key + ")");
    }

    @ParameterizedTest
    @CsvSource({
        "listen.drain, 876001h, is too long: at most 876000h",
        "listen.drain, 999999999999999999h, is too long: at most 876000h",
        "listen.max-message, 9999999999GiB, is too large: at most 9223372036854775807 bytes"
    })
    void anAmountThatNothingCountsToIsToldTheMost(String key, String amount, String rule) {
        assertThatThrownBy(() -> loader.load(null, Map.of(), List.of("--" + key + "=" + amount)))
                .isInstanceOf(SettingsException.class)
                .hasMessage("'%s' %s; set: %s = \"%s\" (flag --%s)".formatted(amount, rule, key, amount, key));
    }

    @Test
    void theLongestTimeFitsIntoNanoseconds() {
        Duration longest = loader.load(null, Map.of(), List.of("--listen.drain=876000h"))
                .value()
                .listen()
                .drain();

        assertThat(Math.multiplyExact(2, longest.toNanos())).isPositive();
    }

    @Test
    void anEmptyEntryOfAListIsRefused() {
        assertThatThrownBy(() -> loader.load(null, Map.of(), List.of("--targets=[a, null]")))
                .isInstanceOf(SettingsException.class)
                .hasMessage("'targets' is [\"a\",null] (flag --targets), must be a list without empty entries");
    }

    @Test
    void whatIsNoYamlIsToldInOneLineWithItsPlace() throws IOException {
        Path file = Files.writeString(directory.resolve("s.yaml"), "mode: FAST\nlabels: {a\n");

        assertThatThrownBy(() -> loader.load(file, Map.of(), List.of()))
                .hasMessageStartingWith("file " + file + " is not valid YAML: while parsing a flow mapping, ")
                .hasMessageContaining("line ")
                .hasMessageNotContaining("\n");
    }
}
