package io.speckv.deploy;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.TarImage;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the images of one variant, and that of the bundled pair, as tars that {@code docker load} and {@code podman load} read. Arguments: the
 * project's folder, the base image, the variant, the version, the folder to write to.
 */
public final class ImageBuild {
    private static final int ARGUMENTS = 5;
    private static final String USAGE = "HOME BASE-IMAGE cpu|cuda VERSION OUTPUT-FOLDER";

    private ImageBuild() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != ARGUMENTS) {
            throw new IllegalArgumentException("%d arguments: they are %s".formatted(arguments.length, USAGE));
        }
        Path home = Path.of(arguments[0]);
        Variant variant = variant(arguments[2]);
        Path output = Files.createDirectories(Path.of(arguments[4]));
        if (variant == Variant.CPU) {
            write(
                    new PairImage(home).on(arguments[1]),
                    "speckv/models:" + arguments[3],
                    output.resolve("speckv-models.tar"));
        }
        for (Service service : Service.values()) {
            if (variant == Variant.CPU || service.runsModels()) {
                write(new ServiceImage(home, service, variant, arguments[3]), arguments[1], output);
            }
        }
    }

    private static Variant variant(String name) {
        for (Variant variant : Variant.values()) {
            if (variant.name().equalsIgnoreCase(name)) {
                return variant;
            }
        }
        throw new IllegalArgumentException("the variant is '%s', must be cpu or cuda: %s".formatted(name, USAGE));
    }

    private static void write(ServiceImage image, String base, Path output) throws Exception {
        String suffix = image.variant() == Variant.CUDA ? "-cuda" : "";
        write(
                image.on(base),
                "speckv/" + image.service().label() + ":" + image.version() + suffix,
                output.resolve("speckv-" + image.service().label() + suffix + ".tar"));
    }

    private static void write(JibContainerBuilder image, String name, Path file) throws Exception {
        JibContainer built =
                image.containerize(Containerizer.to(TarImage.at(file).named(name)));
        System.out.println(name + " " + built.getDigest() + " " + file);
    }
}
