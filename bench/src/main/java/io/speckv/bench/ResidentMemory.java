package io.speckv.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of this process, from the operating system. */
public final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    /** See proc(5). */
    private static final String RESET_PEAK = "5";

    private static final int KIB = 1024;

    private ResidentMemory() {}

    /** Returns the most bytes that were resident at once since the process began; 0 if the system does not tell. */
    public static long peakBytes() {
        return field("VmHWM:");
    }

    /** Restarts the count of {@link #peakBytes}, if the system can, and returns the bytes resident now. */
    public static long startPeak() {
        try {
            Files.writeString(CLEAR, RESET_PEAK);
        } catch (IOException e) {
            throw new UncheckedIOException("the peak of resident memory cannot be reset here", e);
        }
        return field("VmRSS:");
    }

    /** Returns the resident bytes that are private to this process, without mapped files. */
    public static long anonymousBytes() {
        return field("RssAnon:");
    }

    private static long field(String name) {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(name)) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * KIB;
                }
            }
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
