package io.speckv.kit.server;

/** The version of this software. */
public final class BuildVersion {
    private BuildVersion() {}

    /** Returns the version that the jar carries, or "development" outside any jar. */
    public static String current() {
        String version = BuildVersion.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
