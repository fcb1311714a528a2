package io.speckv.cli.options;

import java.nio.file.Files;
import java.nio.file.Path;

/** The pair of models that comes with the project. */
public final class BundledPair {
    /** A description in lines of at most 80 columns. */
    public static final String DESCRIPTION = """
        The bundled pair (3.9M and 0.8M parameters) was trained to find numbers hidden
        in long texts, and little else: it shows the machinery, not what a real model
        knows.\
        """;

    private static final String TARGET = "speckv-tiny-target";
    private static final String DRAFT = "speckv-tiny-draft";

    private BundledPair() {}

    /** Returns the target's folder, even if it does not exist. */
    public static Path targetFolder() {
        return folder(TARGET);
    }

    /** Returns the draft's folder, even if it does not exist. */
    public static Path draftFolder() {
        return folder(DRAFT);
    }

    /**
     * Returns the target's folder.
     *
     * @throws WrongInputException if it does not exist
     */
    public static Path target() {
        return present(targetFolder(), "--target");
    }

    /**
     * Returns the draft's folder.
     *
     * @throws WrongInputException if it does not exist
     */
    public static Path draft() {
        return present(draftFolder(), "--draft");
    }

    private static Path folder(String name) {
        return Path.of(System.getProperty("speckv.home", "."), "models", name);
    }

    private static Path present(Path folder, String option) {
        if (!Files.isDirectory(folder)) {
            throw new WrongInputException(
                    "the bundled model is not at " + folder + "; name a checkpoint's folder with " + option);
        }
        return folder;
    }
}
