package io.speckv.text.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that a part of a template sees: its own, and those of the scopes around it. */
final class Scope {
    private final @Nullable Scope outer;
    private final Map<String, Object> names;
    private final Work work;

    private Scope(@Nullable Scope outer, Map<String, Object> names, Work work) {
        this.outer = outer;
        this.names = names;
        this.work = work;
    }

    static Scope of(Map<String, Object> globals, Map<String, Object> variables) {
        Work work = new Work();
        return new Scope(new Scope(null, globals, work), new HashMap<>(variables), work);
    }

    Scope inner() {
        return new Scope(this, new HashMap<>(), work);
    }

    Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            Object found = scope.names.get(name);
            if (found != null) {
                return found;
            }
        }
        return Undefined.name(name);
    }

    void set(String name, Object value) {
        names.put(name, value);
    }

    Work work() {
        return work;
    }
}
