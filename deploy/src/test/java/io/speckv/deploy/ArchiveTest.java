package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The archive of a project that is built but for libtorch, which makes most of its size and is not needed to start. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchiveTest {
    private static final String VERSION = "1.2.3";
    private static final List<Path> CLASS_PATH = Stream.of(
                    System.getProperty("java.class.path").split(System.getProperty("path.separator")))
            .map(Path::of)
            .filter(Files::exists)
            .filter(path -> !path.endsWith("test-classes"))
            .toList();

    @TempDir
    Path folder;

    /** A home with all libraries of the tests, whose libtorch is empty. */
    private Path home() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Path lib = Files.createDirectories(home.resolve("cli/target/image/lib"));
        for (Path part : CLASS_PATH) {
            if (Files.isDirectory(part)) {
                pack(part, lib.resolve(part.getName(part.getNameCount() - 3) + ".jar"));
            } else if (!Variant.isLibtorch(part)) {
                Files.copy(part, lib.resolve(part.getFileName()));
            }
        }
        emptyJar(lib.resolve("pytorch-native-cpu-0-" + platform() + ".jar"));
        emptyJar(home.resolve("cli/target/speckv-cli-" + VERSION + ".jar"));
        Files.writeString(home.resolve("cli/target/image/sbom.json"), "{}");
        for (String part : List.of("speckv", "LICENSE", "models/README.md", "docs/examples/hidden-number.txt")) {
            Files.createDirectories(home.resolve(part).getParent());
            Files.copy(Home.FOLDER.resolve(part), home.resolve(part), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
        return home;
    }

    private static void emptyJar(Path file) throws IOException {
        new ZipOutputStream(Files.newOutputStream(file)).close();
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file);
                Stream<Path> files = Files.walk(classes)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(classes.relativize(each).toString()));
                Files.copy(each, zip);
            }
        }
    }

    private static String platform() {
        String system = System.getProperty("os.name").startsWith("Mac") ? "osx" : "linux";
        return system + "-" + (System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64");
    }

    @Test
    void unpackedItRunsWithoutJavaOrMaven() throws Exception {
        Archive archive = new Archive(home(), VERSION, platform(), new JavaRuntime(null));
        Path file = archive.write(Files.createDirectories(folder.resolve("out")));
        Map<String, Integer> modes = modes(file);

        String root = "speckv-1.2.3-" + platform();
        assertThat(file).hasFileName(root + ".tar.gz");
        assertThat(modes)
                .containsEntry(root + "/bin/speckv", 0755)
                .containsEntry(root + "/runtime/bin/java", 0755)
                .containsEntry(root + "/runtime/lib/jspawnhelper", 0755)
                .containsEntry(root + "/LICENSE", 0644)
                .containsKeys(
                        root + "/sbom.json",
                        root + "/models/README.md",
                        root + "/docs/examples/hidden-number.txt",
                        root + "/runtime/legal/java.base/LICENSE");
        assertThat(modes.keySet()).anyMatch(name -> name.matches(root + "/licenses/logback-core-[^/]+/LICENSE.*"));
        Path unpacked = folder.resolve("out").resolve(root);
        assertThat(Files.readString(unpacked.resolve("completion/speckv.bash")))
                .contains("complete -F _complete_speckv", "--max-new-tokens");
        assertThat(started(unpacked.resolve("bin/speckv"), "--version")).isEqualTo("speckv 0.1.0\n");
        assertThat(started(unpacked.resolve("bin/speckv"), "router", "--print-settings"))
                .contains("load-balancing");
    }

    private static Map<String, Integer> modes(Path archive) throws IOException {
        Map<String, Integer> modes = new TreeMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(
                new GzipCompressorInputStream(new BufferedInputStream(Files.newInputStream(archive))))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                modes.put(entry.getName(), entry.getMode() & 0777);
            }
        }
        return modes;
    }

    /** Returns what the launcher prints where there are the system's own tools and no Java. */
    private String started(Path launcher, String... arguments) throws Exception {
        Path tools = folder.resolve("tools");
        if (!Files.exists(tools)) {
            Files.createDirectories(tools);
            for (String tool : List.of("bash", "dirname", "readlink", "uname", "tr", "cat")) {
                Path installed = Stream.of("/bin", "/usr/bin")
                        .map(each -> Path.of(each, tool))
                        .filter(Files::exists)
                        .findFirst()
                        .orElseThrow();
                Files.createSymbolicLink(tools.resolve(tool), installed);
            }
        }
        List<String> command = new ArrayList<>(List.of("/bin/bash", launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        Process process = builder.start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        return told;
    }

    @Test
    void libtorchOfAnotherPlatformIsNotPackedUnderItsName() throws Exception {
        Path home = Files.createDirectories(folder.resolve("other"));
        for (String part : List.of("cli/target/image/lib", "models", "docs/examples")) {
            Files.createDirectories(home.resolve(part));
        }
        for (String part :
                List.of("speckv", "LICENSE", "cli/target/image/sbom.json", "cli/target/speckv-cli-" + VERSION + ".jar")) {
            Files.writeString(home.resolve(part), "");
        }
        emptyJar(home.resolve("cli/target/image/lib/pytorch-native-cpu-0-linux-x86_64.jar"));
        Archive archive = new Archive(home, VERSION, "osx-aarch64", new JavaRuntime(null));

        assertThatThrownBy(() -> archive.write(folder.resolve("out-other")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is libtorch for osx-aarch64");
        assertThatThrownBy(() -> new JavaRuntime(home).write(folder.resolve("runtime")))
                .hasMessageContaining("name the folder jmods of a JDK for the platform");
    }

    /** What is asked for at run time alone jdeps does not see; that the command line starts is tested above. */
    @Test
    void theRuntimeHoldsEveryModuleThatALibraryReads() {
        StringWriter told = new StringWriter();
        List<String> arguments = new ArrayList<>(
                List.of("-summary", "--ignore-missing-deps", "--multi-release", "17", "--class-path"));
        arguments.add(CLASS_PATH.stream().map(Path::toString).collect(Collectors.joining(":")));
        CLASS_PATH.forEach(part -> arguments.add(part.toString()));
        PrintWriter out = new PrintWriter(told);
        int status = ToolProvider.findFirst("jdeps").orElseThrow().run(out, out, arguments.toArray(new String[0]));

        assertThat(status).as(told.toString()).isZero();
        Set<String> read = Pattern.compile("-> ((java|jdk)\\.[a-z.]+)$", Pattern.MULTILINE)
                .matcher(told.toString())
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toSet());
        assertThat(read).contains("java.base", "java.net.http");
        assertThat(JavaRuntime.MODULES).containsAll(read);
    }
}
