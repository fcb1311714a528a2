package io.speckv.deploy;

import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The image of one service: the same files, user and command as {@code deploy/images/Dockerfile} gives. Equal inputs
 * give an equal digest.
 *
 * @param home the project's folder, in which {@code mvn package} has run
 * @param version for the labels
 */
public record ServiceImage(Path home, Service service, Variant variant, String version) {
    private static final AbsoluteUnixPath APPLICATION = AbsoluteUnixPath.get("/opt/speckv");
    static final String USER = "10001:10001";
    private static final Predicate<Path> OWN =
            library -> library.getFileName().toString().startsWith("speckv-");

    public ServiceImage {
        if (variant == Variant.CUDA && !service.runsModels()) {
            throw new IllegalArgumentException(service.label() + " runs no model: it has no CUDA variant");
        }
    }

    /**
     * Returns the image on a base, to be written somewhere.
     *
     * @param base {@code tar://FILE}, {@code docker://NAME}, {@code registry://NAME} or {@code scratch}
     * @throws IOException if a part is missing; the message says how to make it
     */
    public JibContainerBuilder on(String base) throws IOException, InvalidImageReferenceException {
        JibContainerBuilder image = base.equals("scratch") ? Jib.fromScratch() : Jib.from(base);
        return image.setCreationTime(Instant.EPOCH)
                .setUser(USER)
                .setWorkingDirectory(AbsoluteUnixPath.get("/tmp"))
                .setEnvironment(environment())
                .setLabels(labels())
                .setExposedPorts(Port.tcp(service.port()))
                .setEntrypoint("java", "@" + APPLICATION.resolve("java.args"))
                .setProgramArguments("--config=/etc/speckv/settings.yaml")
                .setFileEntriesLayers(layers());
    }

    /** Returns the layers, rarely changed ones first, so that a new version uploads only its own few jars. */
    private List<FileEntriesLayer> layers() throws IOException {
        return List.of(
                        libraries("libtorch", Variant::isLibtorch),
                        libraries("dependencies", OWN.or(Variant::isLibtorch).negate()),
                        libraries("speckv", OWN),
                        FileEntriesLayer.builder()
                                .setName("start")
                                .addEntry(startFile(), APPLICATION.resolve("java.args"))
                                .addEntry(
                                        required(target().resolve("image/sbom.json")), APPLICATION.resolve("sbom.json"))
                                .build())
                .stream()
                .filter(layer -> !layer.getEntries().isEmpty())
                .toList();
    }

    private FileEntriesLayer libraries(String name, Predicate<Path> which) throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        AbsoluteUnixPath folder = APPLICATION.resolve("lib");
        try (Stream<Path> files = Files.list(required(target().resolve("image/lib")))) {
            List<Path> all = Stream.concat(files, Stream.of(ownJar()))
                    .filter(which)
                    .filter(variant::holds)
                    .sorted()
                    .toList();
            all.forEach(file ->
                    layer.addEntry(file, folder.resolve(file.getFileName().toString())));
        }
        return layer.build();
    }

    private Path target() {
        return home.resolve(service.module()).resolve("target");
    }

    private Path ownJar() throws IOException {
        return required(target().resolve("speckv-" + service.module() + "-" + version + ".jar"));
    }

    private Path startFile() throws IOException {
        return required(home.resolve("deploy/images").resolve(service.label() + ".args"));
    }

    private static Path required(Path part) throws IOException {
        if (!Files.exists(part)) {
            throw new IOException(part + " is missing; mvn package makes it");
        }
        return part;
    }

    Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>();
        // Both native libraries are unpacked at start, and only /tmp is writable.
        environment.put("DJL_CACHE_DIR", "/tmp/djl");
        environment.put("HOME", "/tmp");
        if (service.runsModels()) {
            // By default glibc returns large tensors to the system after every use and faults them in again.
            environment.put("MALLOC_TOP_PAD_", "268435456");
            environment.put("MALLOC_MMAP_THRESHOLD_", "1073741824");
            environment.put("MALLOC_TRIM_THRESHOLD_", "2147483648");
        }
        return environment;
    }

    private Map<String, String> labels() {
        return new TreeMap<>(Map.of(
                "org.opencontainers.image.title",
                "speckv-" + service.label(),
                "org.opencontainers.image.description",
                "speckv " + service.label() + ", " + variant,
                "org.opencontainers.image.version",
                version,
                "org.opencontainers.image.licenses",
                "Apache-2.0"));
    }
}
