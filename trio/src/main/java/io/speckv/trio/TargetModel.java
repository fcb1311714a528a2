package io.speckv.trio;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The model that answers behind the router. */
public sealed interface TargetModel {
    /** Returns the folder of its tokenizer. */
    Path tokenizer();

    /**
     * A model that our own engine runs.
     *
     * @param folder of its checkpoint
     */
    record Own(Path folder) implements TargetModel {
        @Override
        public Path tokenizer() {
            return folder;
        }
    }

    /**
     * A model that another engine runs.
     *
     * @param url of that engine's HTTP server
     * @param tokenizer folder of the model's tokenizer
     */
    record OfEngine(String url, Path tokenizer) implements TargetModel {
        /**
         * Returns the flags with which the target finds the engine.
         *
         * @param key file with the engine's key, or null for none
         * @param contextTokens of prompt and answer together, or null for the engine's own number
         */
        public static List<String> flags(@Nullable Path key, @Nullable Integer contextTokens) {
            List<String> flags = new ArrayList<>();
            if (key != null) {
                flags.add("--engine.key-file=" + key);
            }
            if (contextTokens != null) {
                flags.add("--limits.context-tokens=" + contextTokens);
            }
            return flags;
        }
    }
}
