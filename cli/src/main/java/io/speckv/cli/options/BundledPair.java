package io.speckv.cli.options;

import java.nio.file.Files;
import java.nio.file.Path;

/** The pair of models that comes with the project. */
public final class BundledPair {
    /** What it is, in lines of at most 80 columns. */
    public static final String DESCRIPTION = """
        The bundled pair (3.9M and 0.8M parameters) was trained to find numbers hidden
        in long texts, and little else: it shows the machinery, not what a real model
        knows.\
        """;

    private static final String HOME = "speckv.home";

    private BundledPair() {}

    public static Path target() {
        return folder("speckv-tiny-target", "--target");
    }

    public static Path draft() {
        return folder("speckv-tiny-draft", "--draft");
    }

    private static Path folder(String name, String option) {
        Path folder = Path.of(System.getProperty(HOME, "."), "models", name);
        if (!Files.isDirectory(folder)) {
            throw new WrongInputException(
                    "the bundled model is not at " + folder + "; name a checkpoint's folder with " + option);
        }
        return folder;
    }
}
