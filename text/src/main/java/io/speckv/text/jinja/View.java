package io.speckv.text.jinja;

import java.util.AbstractList;
import java.util.List;

/** The keys, values or items of a dict. Printing includes the name of the kind. */
final class View extends AbstractList<Object> {
    private final String kind;
    private final List<Object> elements;

    View(String kind, List<Object> elements) {
        this.kind = kind;
        this.elements = elements;
    }

    String kind() {
        return kind;
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
