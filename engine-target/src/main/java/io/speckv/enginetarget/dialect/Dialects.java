package io.speckv.enginetarget.dialect;

import java.util.List;
import java.util.Optional;

/** Every kind of engine. */
public final class Dialects {
    /** Those first that name themselves. */
    private static final List<Dialect> ALL = List.of(
            new VllmDialect(),
            new SglangDialect(),
            new LlamaCppDialect(),
            new TensorRtLlmDialect(),
            new OpenAiDialect());

    private Dialects() {}

    /** Returns the names of all. */
    public static List<String> kinds() {
        return ALL.stream().map(Dialect::kind).toList();
    }

    /** Returns the dialect of a name. */
    public static Optional<Dialect> of(String kind) {
        return ALL.stream().filter(dialect -> dialect.kind().equals(kind)).findFirst();
    }

    /** Returns whose list of models this is, by what its entries say under {@code owned_by}. */
    public static Dialect ofOwner(String owner) {
        return ALL.stream()
                .filter(dialect -> dialect.isOwner(owner))
                .findFirst()
                .orElseThrow();
    }
}
