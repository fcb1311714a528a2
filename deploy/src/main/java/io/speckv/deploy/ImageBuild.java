package io.speckv.deploy;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.TarImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Writes the images of one variant as tars that {@code docker load} and {@code podman load} read. Arguments: the
 * project's folder, the base image, the variant, the version, the folder to write to.
 */
public final class ImageBuild {
    private static final int ARGUMENTS = 5;

    private ImageBuild() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != ARGUMENTS) {
            throw new IllegalArgumentException("arguments are HOME BASE-IMAGE cpu|cuda VERSION OUTPUT-FOLDER");
        }
        Path home = Path.of(arguments[0]);
        Variant variant = Variant.valueOf(arguments[2].toUpperCase(Locale.ROOT));
        Path output = Files.createDirectories(Path.of(arguments[4]));
        for (Service service : Service.values()) {
            if (variant == Variant.CPU || service.runsModels()) {
                write(new ServiceImage(home, service, variant, arguments[3]), arguments[1], output);
            }
        }
    }

    private static void write(ServiceImage image, String base, Path output) throws Exception {
        String suffix = image.variant() == Variant.CUDA ? "-cuda" : "";
        String name = "speckv/" + image.service().label() + ":" + image.version() + suffix;
        Path file = output.resolve("speckv-" + image.service().label() + suffix + ".tar");
        JibContainer built =
                image.on(base).containerize(Containerizer.to(TarImage.at(file).named(name)));
        System.out.println(name + " " + built.getDigest() + " " + file);
    }
}
