package io.speckv.kit.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries are written {@code key=value (origin)}, values as JSON. */
class LayerTest {
    private final KnownKeys known = new KnownKeys("", House.class);

    @TempDir
    Path folder;

    record House(Door door, Map<String, String> labels) {}

    record Door(int width, Lock lock) {}

    record Lock(String kind) {}

    private static List<String> written(List<Layer.Entry> entries) {
        return entries.stream()
                .map(entry -> entry.key() + "=" + entry.value() + " (" + entry.origin() + ")")
                .toList();
    }

    private List<String> yaml(String text) {
        return written(Layer.yaml(text, "here", known));
    }

    @Test
    void groupsOfADocumentBecomeDottedKeysAndMapsStayWhole() {
        assertThat(yaml("door:\n  lock: {kind: bolt}\n  width: 90\nlabels: {a: {b: c}}\n"))
                .containsExactly(
                        "door.lock.kind=\"bolt\" (here)",
                        "door.width=90 (here)",
                        "labels={\"a\":{\"b\":\"c\"}} (here)");
    }

    @Test
    void keysThatNobodyKnowsStayToBeRefused() {
        assertThat(yaml("dor: {width: 1}\ndoor: {hinge: {side: left}}"))
                .containsExactly("dor={\"width\":1} (here)", "door.hinge={\"side\":\"left\"} (here)");
    }

    @Test
    void aGroupThatIsNoGroupStaysToBeRefused() {
        assertThat(yaml("door: 5")).containsExactly("door=5 (here)");
        assertThat(yaml("door:")).containsExactly("door=null (here)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# nothing but a comment\n", "---\n", "null", "~"})
    void anEmptyDocumentHasNone(String text) {
        assertThat(yaml(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "word", "[door]", "- door: {}"})
    void aDocumentHoldsKeysAndValues(String text) {
        assertThatThrownBy(() -> yaml(text))
                .isInstanceOf(SettingsException.class)
                .hasMessage("here does not hold keys and values");
    }

    @ParameterizedTest
    @ValueSource(strings = {"door: {width: 1", "a: b: c", "door: {width: 1, width: 2}", "\tdoor: 1"})
    void whatIsNoYamlIsNamedWithItsOrigin(String text) {
        assertThatThrownBy(() -> yaml(text))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("here is not valid YAML: ");
    }

    @Test
    void aFileIsNamedWhetherItCanBeReadOrNot() throws IOException {
        Path file = Files.writeString(folder.resolve("house.yaml"), "door: {width: 80}");
        assertThat(written(Layer.file(file, known))).containsExactly("door.width=80 (file " + file + ")");
        Path missing = folder.resolve("none.yaml");
        assertThatThrownBy(() -> Layer.file(missing, known))
                .hasMessage("cannot read settings file " + missing + ": there is no such file");
        assertThatThrownBy(() -> Layer.file(folder, known))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("cannot read settings file " + folder + ": ");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 1});
        assertThatThrownBy(() -> Layer.file(binary, known))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("cannot read settings file " + binary + ": ");
    }

    @Test
    void variablesSpellDotsAndDashesWithLinesBelow() {
        assertThat(written(Layer.environment(Map.of(
                        "SPECKV_DOOR__LOCK__KIND", "bolt",
                        "SPECKV_DOOR__MOST_OPEN", "3",
                        "SPECKV_LABELS", "{a: 'b'}",
                        "SPECKV_EMPTY", "",
                        "PATH", "/bin",
                        "speckv_door__width", "7"))))
                .as("in the order of their names")
                .containsExactly(
                        "door.lock.kind=\"bolt\" (environment SPECKV_DOOR__LOCK__KIND)",
                        "door.most-open=3 (environment SPECKV_DOOR__MOST_OPEN)",
                        "empty=null (environment SPECKV_EMPTY)",
                        "labels={\"a\":\"b\"} (environment SPECKV_LABELS)");
    }

    @ParameterizedTest
    @CsvSource({
        "SPECKV_ROUTER_SERVICE_HOST, 10.0.0.1, 0",
        "SPECKV_ROUTER_SERVICE_PORT, 9000, 0",
        "SPECKV_ROUTER_SERVICE_PORT_GRPC_WEB, 9000, 0",
        "SPECKV_ROUTER_PORT, tcp://10.0.0.1:9000, 0",
        "SPECKV_ROUTER_PORT_9000_TCP_PROTO, tcp, 0",
        "SPECKV_ROUTER_PORT_53_UDP, udp://10.0.0.1:53, 0",
        "SPECKV_ROUTER_PORT, 9000, 1",
        "SPECKV_HTTP__PORT, 9000, 1",
        "SPECKV_JAVA_OPTS, -Xmx1g, 0"
    })
    void variablesOfKubernetesAndOfTheLauncherAreNoSettings(String name, String value, int entries) {
        assertThat(Layer.environment(Map.of(name, value))).hasSize(entries);
    }

    @Test
    void aFlagIsAKeyAndItsYaml() {
        assertThat(written(Layer.flags(
                        List.of("--door.width=90", "--labels={a: 1}", "--door.lock.kind=", "--door.lock.kind='a=b'"))))
                .containsExactly(
                        "door.width=90 (flag --door.width)",
                        "labels={\"a\":1} (flag --labels)",
                        "door.lock.kind=null (flag --door.lock.kind)",
                        "door.lock.kind=\"a=b\" (flag --door.lock.kind)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"door.width=90", "-door.width=90", "--door.width", "--=90", "--", "", "90"})
    void anythingElseIsNoFlag(String flag) {
        assertThatThrownBy(() -> Layer.flags(List.of(flag)))
                .isInstanceOf(SettingsException.class)
                .hasMessage("'" + flag + "' is not a setting: write --key=value");
    }
}
