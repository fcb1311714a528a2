package io.speckv.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./speckv} in a checkout of its own, with a Java and a Maven that only say what they were asked. */
class LauncherTest {
    private static final Path SCRIPT = Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("speckv")
            .toAbsolutePath()
            .normalize();
    private static final List<String> TOOLS = List.of(
            "bash",
            "cat",
            "dirname",
            "find",
            "flock",
            "grep",
            "head",
            "mkdir",
            "readlink",
            "sed",
            "sleep",
            "tail",
            "touch",
            "tr",
            "uname");
    /** Names the modules that it builds, and says where their classes and a library lie. */
    private static final String MAVEN = """
        #!/usr/bin/env bash
        echo built >> "$BUILDS"
        while [[ $1 != -f ]]; do shift; done
        home=$(dirname "$2")
        echo '[INFO] Building speckv 0.1.0                     [1/13]'
        echo '[INFO] Building speckv target service 0.1.0      [9/13]'
        if [[ -n ${BROKEN:-} ]]; then echo '[ERROR] cannot find symbol'; exit 1; fi
        mkdir -p "$home/cli/target/launcher/classes" "$home/engine/target/launcher/classes"
        echo -n "$home/engine/target/launcher/classes:$LIBRARY" > "$home/cli/target/launcher/dependencies.classpath"
        """;

    private static final String JAVA = "#!/usr/bin/env bash\necho \"$0\"\nprintf '%s\\n' \"$@\"\n";

    @TempDir
    Path folder;

    private Path checkout = Path.of("");
    private Path tools = Path.of("");
    private Path library = Path.of("");
    private Path builds = Path.of("");
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void layOut() throws IOException {
        folder = folder.toRealPath();
        checkout = folder.resolve("check out");
        tools = Files.createDirectories(folder.resolve("tools"));
        library = Files.writeString(folder.resolve("library.jar"), "");
        builds = folder.resolve("builds");
        Files.createDirectories(checkout.resolve("engine/src/main/java"));
        Files.createDirectories(checkout.resolve("cli/src/main/java"));
        for (String file :
                List.of("pom.xml", "LICENSE", "engine/pom.xml", "cli/pom.xml", "engine/src/main/java/A.java")) {
            Files.writeString(checkout.resolve(file), "");
        }
        Files.copy(SCRIPT, checkout.resolve("speckv"));
        for (String tool : TOOLS) {
            Optional<Path> installed = installed(tool);
            if (installed.isPresent()) {
                Files.createSymbolicLink(tools.resolve(tool), installed.orElseThrow());
            }
        }
        program(tools.resolve("mvn"), MAVEN);
        jdk(folder.resolve("jdk"), "17.0.15");
        Files.createSymbolicLink(tools.resolve("java"), folder.resolve("jdk/bin/java"));
        environment.putAll(
                Map.of("PATH", tools.toString(), "BUILDS", builds.toString(), "LIBRARY", library.toString()));
        allFilesAreOld();
    }

    /** JUnit warns of each link that it finds, on the stream for errors that tests of commands read at the same time. */
    @AfterEach
    void removeLinks() throws IOException {
        for (String tool : TOOLS) {
            Files.deleteIfExists(tools.resolve(tool));
        }
    }

    private static Optional<Path> installed(String tool) {
        return Stream.of("/bin", "/usr/bin", "/opt/homebrew/bin")
                .map(each -> Path.of(each, tool))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void program(Path file, String text) throws IOException {
        Files.createDirectories(requireNonNull(file.getParent()));
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void jdk(Path home, String version) throws IOException {
        program(home.resolve("bin/java"), JAVA);
        program(home.resolve("bin/javac"), JAVA);
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    }

    private void allFilesAreOld() throws IOException {
        try (Stream<Path> files = Files.walk(checkout)) {
            for (Path file : files.toList()) {
                age(file, -3600);
            }
        }
    }

    private static void age(Path file, long seconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(seconds)));
    }

    private record Run(int status, String out, String err) {}

    private Run run(Path script, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(
                                Stream.of(tools.resolve("bash").toString(), script.toString()), Stream.of(arguments))
                        .toList())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(
                process.exitValue(),
                Files.readString(folder.resolve("out"), StandardCharsets.UTF_8),
                Files.readString(folder.resolve("err"), StandardCharsets.UTF_8));
    }

    private Run run(String... arguments) throws IOException, InterruptedException {
        return run(checkout.resolve("speckv"), arguments);
    }

    private long buildsSoFar() throws IOException {
        return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
    }

    @Test
    void theFirstCallBuildsSaysHowFarItIsAndStarts() throws Exception {
        Run run = run("demo", "--file", "a b");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("building 9/13: target service").contains("built in ");
        assertThat(run.out().lines())
                .contains(
                        "-cp",
                        checkout + "/cli/target/launcher/classes:" + checkout + "/engine/target/launcher/classes:"
                                + library)
                .endsWith("io.speckv.cli.Main", "demo", "--file", "a b");
    }

    @Test
    void theNextCallBuildsNothingAndSaysNothing() throws Exception {
        run("demo");
        Run run = run("demo");

        assertThat(buildsSoFar()).isEqualTo(1);
        assertThat(run.err()).isEmpty();
    }

    @Test
    void whatWasPulledSinceIsBuilt() throws Exception {
        run();
        age(checkout.resolve("engine/src/main/java/A.java"), 60);
        run();
        assertThat(buildsSoFar()).isEqualTo(2);
        allFilesAreOld();
        age(checkout.resolve("cli/target/launcher/classpath"), 0);
        run();
        assertThat(buildsSoFar()).isEqualTo(2);
        Files.delete(checkout.resolve("engine/src/main/java/A.java"));
        age(checkout.resolve("engine/src/main/java"), 60);
        run();
        assertThat(buildsSoFar()).isEqualTo(3);
        age(checkout.resolve("engine/pom.xml"), 120);
        run();
        assertThat(buildsSoFar()).isEqualTo(4);
    }

    @Test
    void aMovedCheckoutRunsItsOwnClasses() throws Exception {
        run();
        Path moved = folder.resolve("moved");
        Files.move(checkout, moved);
        Run run = run(moved.resolve("speckv"));

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(moved + "/engine/target/launcher/classes")
                .doesNotContain("check out");
        assertThat(buildsSoFar()).isEqualTo(1);
    }

    @Test
    void aLibraryThatIsGoneIsBroughtBackByABuild() throws Exception {
        run();
        Files.delete(library);
        library = Files.writeString(folder.resolve("another.jar"), "");
        environment.put("LIBRARY", library.toString());

        assertThat(run().out()).contains("another.jar");
        assertThat(buildsSoFar()).isEqualTo(2);
    }

    @Test
    void javaHomeIsEnough() throws Exception {
        Files.delete(tools.resolve("java"));
        environment.put("JAVA_HOME", folder.resolve("jdk").toString());
        Run run = run();

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith(folder.resolve("jdk/bin/java").toString());
    }

    @Test
    void whatIsMissingIsSaidInOneSentence() throws Exception {
        environment.put("JAVA_HOME", "/nowhere/jdk");
        assertMissing("JAVA_HOME is '/nowhere/jdk', in which there is no bin/java: set it to a JDK (17 or newer)");
        jdk(folder.resolve("old"), "11.0.2");
        environment.put("JAVA_HOME", folder.resolve("old").toString());
        assertMissing("is Java 11; Java 17 or newer is needed");
        jdk(folder.resolve("older"), "1.8.0_402");
        environment.put("JAVA_HOME", folder.resolve("older").toString());
        assertMissing("is Java 8; Java 17 or newer is needed");
        Files.delete(folder.resolve("jdk/bin/javac"));
        environment.remove("JAVA_HOME");
        assertMissing("has no compiler beside it: a JDK (17 or newer) is needed to build");
        jdk(folder.resolve("jdk"), "17.0.15");
        Files.delete(tools.resolve("mvn"));
        assertMissing("Maven is missing");
        Files.delete(tools.resolve("java"));
        assertMissing("Java is missing");
        assertThat(buildsSoFar()).isZero();
    }

    private void assertMissing(String sentence) throws Exception {
        Run run = run();
        assertThat(run.status()).isEqualTo(69);
        assertThat(run.err().lines().filter(line -> !line.startsWith("speckv: building")))
                .singleElement()
                .asString()
                .startsWith("speckv: ")
                .contains(sentence);
    }

    @Test
    void aBuildThatFailsSaysWhyAndIsTriedAgain() throws Exception {
        environment.put("BROKEN", "yes");
        Run run = run();
        assertThat(run.status()).isEqualTo(70);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("[ERROR] cannot find symbol")
                .contains("the build failed; all it said is in " + checkout.resolve("cli/target/launcher/build.log"));
        environment.remove("BROKEN");

        assertThat(run().status()).isZero();
        assertThat(buildsSoFar()).isEqualTo(2);
    }

    @Test
    void optionsForJavaAreWordsOfTheirOwn() throws Exception {
        environment.put("SPECKV_JAVA_OPTS", "-Xmx1g -Da=*");

        assertThat(run().out().lines()).containsSubsequence("-Xmx1g", "-Da=*", "-cp");
    }

    @Test
    void anArchiveBringsItsOwnJava() throws Exception {
        Path archive = folder.resolve("speckv-1");
        program(archive.resolve("runtime/bin/java"), JAVA);
        Files.createDirectories(archive.resolve("bin"));
        Files.copy(SCRIPT, archive.resolve("bin/speckv"));
        Files.writeString(archive.resolve("platform"), platform() + "\n");
        Files.delete(tools.resolve("java"));
        Files.delete(tools.resolve("mvn"));
        Run run = run(archive.resolve("bin/speckv"), "demo");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out().lines())
                .startsWith(archive.resolve("runtime/bin/java").toString())
                .contains("-Dspeckv.home=" + archive)
                .containsSubsequence("-cp", archive + "/lib/*", "io.speckv.cli.Main", "demo");
        Files.writeString(archive.resolve("platform"), "plan9-mips\n");
        assertThat(run(archive.resolve("bin/speckv")).err())
                .isEqualTo("speckv: this archive is for plan9-mips, this machine is " + platform() + "\n");
    }

    private static String platform() {
        String system = System.getProperty("os.name").startsWith("Mac") ? "osx" : "linux";
        return system + "-" + (System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64");
    }
}
