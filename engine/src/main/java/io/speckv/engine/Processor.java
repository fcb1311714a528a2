package io.speckv.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A processor as the system describes it.
 *
 * @param architecture as Java names it, such as {@code amd64}
 * @param name of the model, or "unknown"
 * @param instructionSets those of {@link #KNOWN}, which matter to matrix products, in its order
 */
public record Processor(String architecture, String name, Set<String> instructionSets) {
    /** Linux's names of instruction sets. Those of macOS are written in the same way. */
    public static final List<String> KNOWN = List.of(
            "sse4_1",
            "avx",
            "avx2",
            "fma",
            "f16c",
            "avx512f",
            "avx512bw",
            "avx512dq",
            "avx512vl",
            "avx512_vnni",
            "avx_vnni",
            "avx512_bf16",
            "avx512_fp16",
            "avx_ne_convert",
            "amx_tile",
            "amx_int8",
            "amx_bf16",
            "asimd",
            "asimddp",
            "i8mm",
            "bf16",
            "sve",
            "sve2");

    private static final Path LINUX = Path.of("/proc/cpuinfo");

    public Processor {
        Set<String> known =
                KNOWN.stream().filter(instructionSets::contains).collect(Collectors.toCollection(LinkedHashSet::new));
        instructionSets = Collections.unmodifiableSet(known);
    }

    /** Returns the processor that this process runs on. */
    public static Processor current() {
        String architecture = System.getProperty("os.arch");
        try {
            if (Files.isReadable(LINUX)) {
                return parseLinux(architecture, Files.readString(LINUX));
            }
            if (System.getProperty("os.name").startsWith("Mac")) {
                return parseMac(architecture, sysctl());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Processor(architecture, "unknown", Set.of());
    }

    /** Returns whether the hardware multiplies bf16. Otherwise bf16 is converted first, and float32 is faster. */
    public boolean multipliesBf16() {
        return instructionSets.contains("avx512_bf16")
                || instructionSets.contains("amx_bf16")
                || instructionSets.contains("bf16");
    }

    /** Reads {@code /proc/cpuinfo}, of x86 ("flags") or ARM ("Features"). */
    static Processor parseLinux(String architecture, String text) {
        String name = "unknown";
        Set<String> sets = Set.of();
        for (String line : text.lines().toList()) {
            String[] pair = line.split(":", 2);
            if (pair.length < 2) {
                continue;
            }
            String key = pair[0].strip();
            if (key.equals("model name")) {
                name = pair[1].strip();
            } else if (key.equals("flags") || key.equals("Features")) {
                sets = new LinkedHashSet<>(Arrays.asList(pair[1].strip().split("\\s+")));
            }
        }
        return new Processor(architecture, name, sets);
    }

    /** Reads what {@code sysctl machdep.cpu.brand_string hw.optional.arm} prints. */
    static Processor parseMac(String architecture, String text) {
        String name = "unknown";
        Set<String> sets = new LinkedHashSet<>();
        for (String line : text.lines().toList()) {
            String[] pair = line.split(":", 2);
            if (pair.length < 2) {
                continue;
            }
            String key = pair[0].strip();
            if (key.equals("machdep.cpu.brand_string")) {
                name = pair[1].strip();
            } else if (key.startsWith("hw.optional.arm.FEAT_")
                    && pair[1].strip().equals("1")) {
                sets.add(linuxName(key.substring("hw.optional.arm.FEAT_".length())));
            }
        }
        sets.add("asimd");
        return new Processor(architecture, name, sets);
    }

    private static String linuxName(String feature) {
        return feature.equals("DotProd") ? "asimddp" : feature.toLowerCase(Locale.ROOT);
    }

    private static String sysctl() throws IOException {
        Process process = new ProcessBuilder("sysctl", "machdep.cpu.brand_string", "hw.optional.arm")
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
