package io.speckv.deploy;

import java.nio.file.Path;

/** Where the project's files lie. */
final class Home {
    /** The project's folder: the golden cases' parent. */
    static final Path FOLDER = Path.of(System.getProperty("speckv.golden"))
            .resolve("..")
            .toAbsolutePath()
            .normalize();

    static final Path CHART = FOLDER.resolve("deploy/helm/speckv");
    static final Path COMPOSE = FOLDER.resolve("deploy/compose");

    private Home() {}
}
