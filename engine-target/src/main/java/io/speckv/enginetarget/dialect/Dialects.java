package io.speckv.enginetarget.dialect;

import java.util.List;
import java.util.Optional;

/** Every kind of engine. */
public final class Dialects {
    /** Kinds that identify themselves come first. */
    private static final List<Dialect> ALL = List.of(
            new VllmDialect(),
            new SglangDialect(),
            new LlamaCppDialect(),
            new TensorRtLlmDialect(),
            new OpenAiDialect());

    private Dialects() {}

    /** Returns the names of all kinds. */
    public static List<String> kinds() {
        return ALL.stream().map(Dialect::kind).toList();
    }

    /** Returns the dialect with a name. */
    public static Optional<Dialect> of(String kind) {
        return ALL.stream().filter(dialect -> dialect.kind().equals(kind)).findFirst();
    }

    /** Returns the dialect for a list of models whose entries have this {@code owned_by}. */
    public static Dialect ofOwner(String owner) {
        return ALL.stream()
                .filter(dialect -> dialect.isOwner(owner))
                .findFirst()
                .orElseThrow();
    }
}
