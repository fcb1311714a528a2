package io.speckv.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/** The licences and notices in libraries, copied to where a user finds them. */
final class Licences {
    private static final Pattern FILE = Pattern.compile(
            "(META-INF/)?(.*/)?(LICEN[CS]E|NOTICE|COPYING|THIRD[-_]PARTY)[^/]*", Pattern.CASE_INSENSITIVE);

    private Licences() {}

    /** Copies a library's licences and notices into a folder with its name; a library without any gets no folder. */
    static void copy(Path library, Path folder) throws IOException {
        String name = library.getFileName().toString().replaceFirst("\\.jar$", "");
        try (JarFile jar = new JarFile(library.toFile())) {
            for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                if (!entry.isDirectory() && isLicence(entry.getName())) {
                    Path file = folder.resolve(name)
                            .resolve(entry.getName()
                                    .replaceFirst("^META-INF/", "")
                                    .replace('/', '_'));
                    Files.createDirectories(folder.resolve(name));
                    try (InputStream in = jar.getInputStream(entry)) {
                        Files.write(file, in.readAllBytes());
                    }
                }
            }
        }
    }

    private static boolean isLicence(String entry) {
        return FILE.matcher(entry).matches() && !entry.toLowerCase(Locale.ROOT).endsWith(".class");
    }
}
