package io.speckv.text.jinja;

import java.util.AbstractList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's tuple: a list that prints with parentheses; its elements may have names. */
final class Tuple extends AbstractList<Object> {
    private final List<Object> elements;
    private final List<String> names;

    Tuple(List<Object> elements) {
        this(elements, List.of());
    }

    private Tuple(List<Object> elements, List<String> names) {
        this.elements = elements;
        this.names = names;
    }

    static Tuple named(List<String> names, Object... elements) {
        return new Tuple(List.of(elements), names);
    }

    /** Returns the element of a name; null if there is none. */
    @Nullable
    Object named(String name) {
        int at = names.indexOf(name);
        return at < 0 ? null : elements.get(at);
    }

    static Tuple of(Object... elements) {
        return new Tuple(List.of(elements));
    }

    @Override
    public Object get(int index) {
        return elements.get(index);
    }

    @Override
    public int size() {
        return elements.size();
    }
}
