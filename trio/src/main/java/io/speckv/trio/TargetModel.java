package io.speckv.trio;

import java.nio.file.Path;

/** What answers behind the router. */
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
    record OfEngine(String url, Path tokenizer) implements TargetModel {}
}
