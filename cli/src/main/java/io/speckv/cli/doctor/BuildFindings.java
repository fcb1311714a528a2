package io.speckv.cli.doctor;

import io.speckv.kit.server.BuildVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks by the launcher's own rule whether the running build was made from the sources beside it. */
final class BuildFindings {
    /** File that the launcher writes after a build. */
    private static final String BUILT = "cli/target/launcher/classpath";

    private BuildFindings() {}

    /**
     * Returns the finding about the build of a checkout or an archive.
     *
     * @param home folder of the launcher
     */
    static Finding build(Path home) throws IOException {
        String version = "speckv " + BuildVersion.current();
        if (!Files.exists(home.resolve("pom.xml"))) {
            return Finding.right("build", version + ", an archive or image: built elsewhere");
        }
        Path built = home.resolve(BUILT);
        if (!Files.exists(built)) {
            return Finding.note(
                    "build",
                    version + ", not built by the launcher",
                    "./speckv builds what it needs when it is called");
        }
        Optional<Path> newer = newer(home, Files.getLastModifiedTime(built));
        return newer.isEmpty()
                ? Finding.right("build", version + ", up to date with its sources")
                : Finding.note(
                        "build",
                        version + ", older than " + home.relativize(newer.get()),
                        "the next call of ./speckv builds it");
    }

    private static Optional<Path> newer(Path home, FileTime built) throws IOException {
        List<Path> roots = new ArrayList<>(List.of(home.resolve("pom.xml"), home.resolve("LICENSE")));
        try (Stream<Path> modules = Files.list(home)) {
            modules.filter(module -> Files.exists(module.resolve("pom.xml"))).forEach(module -> {
                roots.add(module.resolve("pom.xml"));
                roots.add(module.resolve("src/main"));
            });
        }
        for (Path root : roots) {
            if (Files.exists(root)) {
                Optional<Path> newer = newerBelow(root, built);
                if (newer.isPresent()) {
                    return newer;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Path> newerBelow(Path root, FileTime built) throws IOException {
        try (Stream<Path> files = Files.find(
                root,
                Integer.MAX_VALUE,
                (file, attributes) -> attributes.lastModifiedTime().compareTo(built) > 0)) {
            return files.findFirst();
        }
    }
}
