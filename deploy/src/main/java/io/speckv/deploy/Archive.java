package io.speckv.deploy;

import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/**
 * The archive with which a user runs speckv without Java, Maven or a container engine. {@code lib} and {@code sbom.json} are
 * laid out as in the images.
 *
 * <pre>
 * bin/speckv               the launcher, the same file as in a checkout
 * completion/speckv.bash   for bash and zsh
 * lib/*.jar, sbom.json     the libraries and their bill of materials
 * runtime/                 Java, trimmed
 * models/, docs/examples/  the bundled pair and what the README asks it
 * LICENSE, licenses/       of speckv and of the libraries; runtime/legal has the runtime's
 * platform                 such as linux-x86_64
 * </pre>
 *
 * @param home the project's folder, in which {@code mvn -Pdist package} has run for the modules before this one
 * @param platform whose libtorch is among the libraries, by DJL's name
 */
record Archive(Path home, String version, String platform, JavaRuntime runtime) {
    private static final int EXECUTABLE = 0755;
    private static final int READABLE = 0644;

    /** Returns the name of the folder in the archive. */
    String name() {
        return "speckv-" + version + "-" + platform;
    }

    /** Writes the folder and its archive into {@code output}; returns the archive. */
    Path write(Path output) throws IOException, InterruptedException {
        Path folder = output.resolve(name());
        delete(folder);
        layOut(folder);
        Path archive = output.resolve(name() + ".tar.gz");
        pack(output, folder, archive);
        return archive;
    }

    private void layOut(Path folder) throws IOException, InterruptedException {
        copy(required(home.resolve("cli/target/image/lib")), folder.resolve("lib"));
        String jar = "speckv-cli-" + version + ".jar";
        copy(
                required(home.resolve("cli/target").resolve(jar)),
                folder.resolve("lib").resolve(jar));
        copy(required(home.resolve("cli/target/image/sbom.json")), folder.resolve("sbom.json"));
        copy(home.resolve("speckv"), folder.resolve("bin/speckv"));
        copy(home.resolve("models"), folder.resolve("models"));
        copy(home.resolve("docs/examples"), folder.resolve("docs/examples"));
        copy(home.resolve("LICENSE"), folder.resolve("LICENSE"));
        Files.writeString(folder.resolve("platform"), platform + "\n");
        List<Path> libraries;
        try (Stream<Path> files = Files.list(folder.resolve("lib"))) {
            libraries = files.sorted().toList();
        }
        if (libraries.stream().noneMatch(library -> library.toString().endsWith("-" + platform + ".jar"))) {
            throw new IOException("no library in " + folder.resolve("lib") + " is libtorch for " + platform);
        }
        for (Path library : libraries) {
            Licences.copy(library, folder.resolve("licenses"));
        }
        runtime.write(folder.resolve("runtime"));
        complete(folder);
    }

    /** Writes the shell completion for the options of the command line. */
    private static void complete(Path folder) throws IOException, InterruptedException {
        Path file = Files.createDirectories(folder.resolve("completion")).resolve("speckv.bash");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        folder.resolve("lib") + "/*",
                        "picocli.AutoComplete",
                        "--force",
                        "--name=speckv",
                        "--completionScript=" + file,
                        "io.speckv.cli.Main")
                .redirectErrorStream(true)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("no completion: " + told.strip());
        }
    }

    private static void pack(Path output, Path folder, Path archive) throws IOException {
        GzipParameters parameters = new GzipParameters();
        parameters.setCompressionLevel(Deflater.DEFAULT_COMPRESSION);
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(archive));
                TarArchiveOutputStream tar =
                        new TarArchiveOutputStream(new GzipCompressorOutputStream(file, parameters));
                Stream<Path> files = Files.walk(folder)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = output.relativize(each).toString();
                TarArchiveEntry entry = new TarArchiveEntry(name);
                entry.setSize(Files.size(each));
                entry.setMode(Files.isExecutable(each) ? EXECUTABLE : READABLE);
                entry.setModTime(0);
                tar.putArchiveEntry(entry);
                Files.copy(each, tar);
                tar.closeArchiveEntry();
            }
        }
    }

    private static Path required(Path part) throws IOException {
        if (!Files.exists(part)) {
            throw new IOException(part + " is missing; mvn -Pdist package makes it");
        }
        return part;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = file.equals(from)
                        ? to
                        : to.resolve(from.relativize(file).toString());
                Files.createDirectories(requireNonNull(target.getParent()));
                Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
