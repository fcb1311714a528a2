package io.speckv.deploy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * A Java runtime with only the modules that the command line needs, for machines without Java.
 *
 * @param modules the JDK modules of the target platform, a folder {@code jmods}; null for this machine's own
 */
record JavaRuntime(@Nullable Path modules) {
    /**
     * Modules that the libraries use, which {@code ArchiveTest} checks with jdeps, and modules that are found only as services:
     * elliptic curves for certificates, random generators by name, and zip file systems.
     */
    static final List<String> MODULES = List.of(
            "java.base",
            "java.compiler",
            "java.logging",
            "java.management",
            "java.naming",
            "java.net.http",
            "java.sql",
            "java.xml",
            "jdk.crypto.ec",
            "jdk.httpserver",
            "jdk.jfr",
            "jdk.management",
            "jdk.random",
            "jdk.unsupported",
            "jdk.zipfs");

    /** Writes the runtime to a folder that does not exist yet. */
    void write(Path folder) throws IOException {
        if (modules != null && !Files.exists(modules.resolve("java.base.jmod"))) {
            throw new IOException(
                    modules + " holds no java.base.jmod: name the folder jmods of a JDK for the platform");
        }
        ToolProvider jlink = ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new IOException("this Java has no jlink: a whole JDK is needed"));
        StringWriter told = new StringWriter();
        PrintWriter out = new PrintWriter(told);
        List<String> arguments = new ArrayList<>(List.of(
                "--add-modules",
                String.join(",", MODULES),
                "--output",
                folder.toString(),
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--compress=2"));
        if (modules != null) {
            arguments.addAll(List.of("--module-path", modules.toString()));
        }
        if (jlink.run(out, out, arguments.toArray(new String[0])) != 0) {
            throw new IOException("jlink: " + told.toString().strip());
        }
    }
}
