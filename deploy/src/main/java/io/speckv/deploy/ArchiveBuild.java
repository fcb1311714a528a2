package io.speckv.deploy;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the archive of one platform. Arguments: the project's folder, the version, the platform, the folder {@code
 * jmods} of a JDK for it or "own" for this machine's, the folder to write to.
 */
public final class ArchiveBuild {
    private static final int ARGUMENTS = 5;
    private static final int MEGABYTE = 1_000_000;

    private ArchiveBuild() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != ARGUMENTS) {
            throw new IllegalArgumentException("arguments are HOME VERSION PLATFORM JMODS OUTPUT-FOLDER");
        }
        JavaRuntime runtime = new JavaRuntime(arguments[3].equals("own") ? null : Path.of(arguments[3]));
        Archive archive = new Archive(Path.of(arguments[0]), arguments[1], arguments[2], runtime);
        Path file = archive.write(Files.createDirectories(Path.of(arguments[4])));
        System.out.println(file + " " + Files.size(file) / MEGABYTE + " MB");
    }
}
