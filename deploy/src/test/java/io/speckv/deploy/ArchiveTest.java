package io.speckv.deploy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.speckv.kit.server.BuildVersion;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.spi.FileSystemProvider;
import java.security.KeyFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
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

    @TempDir
    Path folder;

    /**
     * The libraries of the three services and what the command line has beside them, without libtorch.
     *
     * @return by name
     */
    private static Map<String, Path> libraries() throws IOException {
        Map<String, Path> libraries = new TreeMap<>();
        for (Service service : Service.TRIO) {
            Path lib = Home.FOLDER.resolve(service.module()).resolve("target/image/lib");
            assumeThat(lib)
                    .as("libraries of the image, from mvn package or verify")
                    .exists();
            try (Stream<Path> files = Files.list(lib)) {
                files.filter(file -> !Variant.isLibtorch(file))
                        .forEach(file -> libraries.put(file.getFileName().toString(), file));
            }
        }
        Stream.of(System.getProperty("java.class.path").split(System.getProperty("path.separator")))
                .map(Path::of)
                .filter(file -> file.getFileName().toString().matches("(speckv|picocli)-.*(?<!-tests)\\.jar"))
                .forEach(file -> libraries.put(file.getFileName().toString(), file));
        return libraries;
    }

    /** A home whose libtorch is empty. */
    private Path home() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Path lib = Files.createDirectories(home.resolve("cli/target/image/lib"));
        for (Map.Entry<String, Path> library : libraries().entrySet()) {
            Files.copy(library.getValue(), lib.resolve(library.getKey()));
        }
        emptyJar(lib.resolve("pytorch-native-cpu-0-" + platform() + ".jar"));
        emptyJar(home.resolve("cli/target/speckv-cli-" + VERSION + ".jar"));
        Files.writeString(home.resolve("cli/target/image/sbom.json"), "{}");
        for (String part : List.of("speckv", "LICENSE", "models/README.md", "docs/examples/hidden-number.txt")) {
            Files.createDirectories(requireNonNull(home.resolve(part).getParent()));
            Files.copy(Home.FOLDER.resolve(part), home.resolve(part), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return home;
    }

    private static void emptyJar(Path file) throws IOException {
        new ZipOutputStream(Files.newOutputStream(file)).close();
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
        assertThat(modes.keySet()).anyMatch(name -> name.matches(root + "/licenses/commons-compress-[^/]+/LICENSE.*"));
        Path unpacked = folder.resolve("out").resolve(root);
        assertThat(Files.readString(unpacked.resolve("completion/speckv.bash")))
                .contains("complete -F _complete_speckv", "--max-new-tokens");
        assertThat(started(unpacked.resolve("bin/speckv"), "--version"))
                .isEqualTo("speckv " + BuildVersion.current() + "\n");
        assertThat(started(unpacked.resolve("bin/speckv"), "tokenize", "--help"))
                .contains("--count");
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
        for (String part : List.of(
                "speckv", "LICENSE", "cli/target/image/sbom.json", "cli/target/speckv-cli-" + VERSION + ".jar")) {
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

    /** The parts of Java that the project asks for by a name, which no class file refers to. */
    @Test
    void theRuntimeHasWhatIsAskedForByItsName() throws Exception {
        List<Object> found = List.of(
                RandomGeneratorFactory.of("L64X128MixRandom").create(1),
                KeyFactory.getInstance("EC").getProvider(),
                FileSystemProvider.installedProviders().stream()
                        .filter(provider -> provider.getScheme().equals("jar"))
                        .findFirst()
                        .orElseThrow());

        assertThat(found)
                .allSatisfy(part -> assertThat(JavaRuntime.MODULES)
                        .contains(part.getClass().getModule().getName()));
    }

    /** What is asked for at run time alone jdeps does not see; that the command line starts is tested above. */
    @Test
    void theRuntimeHoldsEveryModuleThatALibraryReads() throws IOException {
        List<Path> parts = new ArrayList<>();
        for (Path library : libraries().values()) {
            parts.add(withoutModule(library));
        }
        StringWriter told = new StringWriter();
        List<String> arguments =
                new ArrayList<>(List.of("-summary", "--ignore-missing-deps", "--multi-release", "17", "--class-path"));
        arguments.add(parts.stream().map(Path::toString).collect(Collectors.joining(":")));
        parts.forEach(part -> arguments.add(part.toString()));
        PrintWriter out = new PrintWriter(told);
        int status = ToolProvider.findFirst("jdeps").orElseThrow().run(out, out, arguments.toArray(new String[0]));

        assertThat(status).as(told.toString()).isZero();
        Set<String> read = Pattern.compile("-> ((java|jdk)\\.[a-z.]+)$", Pattern.MULTILINE)
                .matcher(told.toString())
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toSet());
        assertThat(read).contains("java.base", "java.naming");
        // Pictures and beans, which some libraries would offer where there are any.
        read.remove("java.desktop");
        assertThat(JavaRuntime.MODULES).containsAll(read);
    }

    /** A library's classes alone: as a module it would ask jdeps for modules that are on the class path here. */
    private Path withoutModule(Path jar) throws IOException {
        Path stripped = Files.createDirectories(folder.resolve("stripped")).resolve(jar.getFileName());
        try (ZipFile from = new ZipFile(jar.toFile());
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(stripped))) {
            to.setLevel(Deflater.NO_COMPRESSION);
            for (ZipEntry entry : Collections.list(from.entries())) {
                if (entry.getName().endsWith(".class") && !entry.getName().endsWith("module-info.class")) {
                    to.putNextEntry(new ZipEntry(entry.getName()));
                    to.write(from.getInputStream(entry).readAllBytes());
                }
            }
        }
        return stripped;
    }
}
