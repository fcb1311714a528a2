package io.speckv.bench.device;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The reference's runs and their tiny checkpoints, which are resources of the program. The engine maps checkpoints from files,
 * so they are unpacked to a folder, which the caller gives and removes.
 */
final class GoldenCases {
    private static final String RUNS = "golden/runs.json";
    private static final List<String> FILES = List.of("config.json", "generation_config.json", "model.safetensors");

    private final Path folder;
    private final List<GoldenRun> runs;
    private final Set<String> unpacked = new HashSet<>();

    /**
     * @param folder to unpack to
     * @param count number of runs, spread over the families
     */
    GoldenCases(Path folder, int count) throws IOException {
        this.folder = folder;
        try (InputStream in = resource(RUNS)) {
            this.runs = spread(GoldenRun.all(new ObjectMapper().readTree(in)), count);
        }
    }

    List<GoldenRun> runs() {
        return runs;
    }

    /** Returns the folder of a checkpoint, such as {@code llama-target}. */
    Path model(String name) throws IOException {
        Path model = folder.resolve(name);
        if (!unpacked.contains(name)) {
            for (String file : FILES) {
                try (InputStream in = resource("golden/models/" + name + "/" + file)) {
                    Files.createDirectories(model);
                    Files.copy(in, model.resolve(file), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            unpacked.add(name);
        }
        return model;
    }

    /** Takes runs at equal distances, which covers the families because the runs are sorted by family. */
    private static List<GoldenRun> spread(List<GoldenRun> all, int count) {
        List<GoldenRun> some = new ArrayList<>();
        for (int i = 0; i < Math.min(count, all.size()); i++) {
            some.add(all.get(i * all.size() / Math.min(count, all.size())));
        }
        return some;
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = GoldenCases.class.getResourceAsStream(name);
        if (in == null) {
            throw new IOException("the program lacks its golden case " + name);
        }
        return in;
    }
}
