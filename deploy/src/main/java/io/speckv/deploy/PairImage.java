package io.speckv.deploy;

import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The bundled pair as an image of models, to try the chart with. Each model is in a folder with its name under {@code /models}.
 * A pattern for images of other models.
 *
 * @param home folder of the project
 */
public record PairImage(Path home) {
    /** Names of the models, draft first. */
    static final List<String> MODELS = List.of("speckv-tiny-draft", "speckv-tiny-target");

    private static final AbsoluteUnixPath FOLDER = AbsoluteUnixPath.get("/models");

    /**
     * Returns the image on a base with {@code cp}, or on {@code scratch} for image volumes.
     *
     * @throws IOException if a model cannot be read
     */
    public JibContainerBuilder on(String base) throws IOException, InvalidImageReferenceException {
        JibContainerBuilder image = base.equals("scratch") ? Jib.fromScratch() : Jib.from(base);
        FileEntriesLayer.Builder models = FileEntriesLayer.builder().setName("models");
        for (String model : MODELS) {
            try (Stream<Path> files = Files.list(home.resolve("models").resolve(model))) {
                files.filter(Files::isRegularFile)
                        .filter(file -> !file.getFileName().toString().startsWith("training"))
                        .sorted()
                        .forEach(file -> models.addEntry(
                                file,
                                FOLDER.resolve(model).resolve(file.getFileName().toString())));
            }
        }
        return image.setCreationTime(Instant.EPOCH)
                .setUser(ServiceImage.USER)
                .setFileEntriesLayers(List.of(models.build()));
    }
}
