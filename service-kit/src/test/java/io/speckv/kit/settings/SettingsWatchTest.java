package io.speckv.kit.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.telemetry.Telemetry;
import io.speckv.kit.telemetry.TelemetrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A settings file that changes while its settings are in use. */
class SettingsWatchTest {
    record Holder(TelemetrySettings telemetry) {}

    private final SettingsLoader<SettingsLoaderTest.Sample> loader =
            SettingsLoader.withDefaults(SettingsLoaderTest.Sample.class, "sample-defaults.yaml");
    private final Telemetry telemetry = Telemetry.start(
            SettingsLoader.withDefaults(Holder.class, TelemetrySettings.DEFAULTS)
                    .load(null, Map.of(), List.of())
                    .value()
                    .telemetry(),
            new Telemetry.ServiceIdentity("test", "0"),
            List.of());
    private final List<Integer> ports = new ArrayList<>();

    @TempDir
    Path directory = Path.of("");

    private Path file = Path.of("");

    @BeforeEach
    void chooseFile() {
        file = directory.resolve("settings.yaml");
    }

    @AfterEach
    void closeTelemetry() {
        telemetry.close();
    }

    private void write(String text) throws IOException {
        var unused = Files.writeString(file, text);
    }

    /** Returns a watch of the file, which uses what it says now. */
    private SettingsWatch<SettingsLoaderTest.Sample> watch() {
        SettingsSource<SettingsLoaderTest.Sample> source = new SettingsSource<>(loader, file, Map.of(), List.of());
        return new SettingsWatch<>(
                source,
                file,
                source.load().value(),
                sample -> {
                    if (sample.listen().port() == 0) {
                        throw new SettingsException("cannot use port 0");
                    }
                    ports.add(sample.listen().port());
                },
                telemetry.metrics());
    }

    @Test
    void aChangeIsTakenUpOnceTwoLooksFindIt() throws IOException {
        write("listen: {port: 1}");
        var watch = watch();
        watch.look();
        watch.look();
        assertThat(ports).as("they are in use").isEmpty();

        write("listen: {port: 2}");
        watch.look();
        assertThat(ports).as("it may not be complete").isEmpty();
        watch.look();
        watch.look();
        assertThat(ports).containsExactly(2);
    }

    /** A file that grows is valid at many a place; none of its parts is used. */
    @Test
    void aFileThatIsBeingWrittenIsNotTakenUp() throws IOException {
        write("listen: {port: 1}");
        var watch = watch();
        write("listen: {port: 2}\n");
        watch.look();
        write("listen: {port: 2}\nmode: FAST\n");
        watch.look();
        write("listen: {port: 3}\nmode: FAST\n");
        watch.look();
        assertThat(ports).isEmpty();
        watch.look();
        assertThat(ports).containsExactly(3);
    }

    @Test
    void aChangeBetweenReadingAndWatchingIsSeen() throws IOException {
        write("listen: {port: 1}");
        var watch = watch();
        write("listen: {port: 2}");
        watch.look();
        watch.look();
        assertThat(ports).containsExactly(2);
    }

    @Test
    void whatCannotBeUsedIsTriedAgainAndWhatWasInUseNeedsNothing() throws IOException {
        write("listen: {port: 1}");
        var watch = watch();
        write("listen: {port: 0}");
        watch.look();
        watch.look();
        watch.look();
        write("listen: {port: 1}");
        watch.look();
        watch.look();
        assertThat(ports).isEmpty();
        write("listen: {port: 5}");
        watch.look();
        watch.look();
        assertThat(ports).containsExactly(5);
    }

    @Test
    void aFileIsRefusedForAsLongAsItSaysWhatCannotBeUsed() throws IOException {
        write("listen: {port: 1}");
        var watch = watch();
        assertThat(watch.isRefused()).isFalse();
        write("listen: {port: 0}");
        watch.look();
        watch.look();
        watch.look();
        assertThat(watch.isRefused()).isTrue();
        write("listen: {port: 1}");
        watch.look();
        watch.look();
        assertThat(watch.isRefused()).as("it says what is in use").isFalse();
        write("listen: {prt: 1}");
        watch.look();
        watch.look();
        assertThat(watch.isRefused()).as("no settings").isTrue();
        write("listen: {port: 7}");
        watch.look();
        watch.look();
        assertThat(watch.isRefused()).as("it was repaired").isFalse();
        assertThat(ports).containsExactly(7);
    }
}
