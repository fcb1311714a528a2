package io.speckv.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.doctor.Finding.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineFindingsTest {
    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Finding finding = MachineFindings.ports(List.of(socket.getLocalPort()));

            assertThat(finding.verdict()).isEqualTo(Verdict.NOTE);
            assertThat(finding.text()).contains("in use: " + socket.getLocalPort());
            assertThat(finding.advice()).contains("--port 0");
        }
    }

    @Test
    void aProgramThatIsNotThereOrFailsSaysNothing() {
        assertThat(Tool.ask("no-such-program-here")).isEmpty();
        assertThat(Tool.ask("java", "--no-such-option")).isEmpty();
    }

    @Test
    void aBuildThatIsOlderThanASourceIsNoted(@TempDir Path home) throws IOException {
        Path source =
                Files.createDirectories(home.resolve("engine/src/main/java")).resolve("A.java");
        Files.writeString(source, "");
        Files.writeString(home.resolve("engine/pom.xml"), "");
        assertThat(BuildFindings.build(home).text()).contains("archive or image");

        Files.writeString(home.resolve("pom.xml"), "");
        assertThat(BuildFindings.build(home).text()).contains("not built by the launcher");

        Path built =
                Files.createDirectories(home.resolve("cli/target/launcher")).resolve("classpath");
        Files.writeString(built, "");
        Files.setLastModifiedTime(built, FileTime.from(Instant.now().plusSeconds(100)));
        assertThat(BuildFindings.build(home).verdict()).isEqualTo(Verdict.RIGHT);

        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(200)));
        Finding stale = BuildFindings.build(home);
        assertThat(stale.verdict()).isEqualTo(Verdict.NOTE);
        assertThat(stale.text()).contains("older than");
    }
}
