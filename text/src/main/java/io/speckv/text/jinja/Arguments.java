package io.speckv.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call.
 *
 * @param positional in order
 * @param named by name
 */
record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    static Arguments of(Object... positional) {
        return new Arguments(List.of(positional), Map.of());
    }

    int count() {
        return positional.size() + named.size();
    }

    /** Returns an argument by place or name, or null. */
    @Nullable
    Object find(int place, String name) {
        return place < positional.size() ? positional.get(place) : named.get(name);
    }

    Object get(int place, String name) {
        Object found = find(place, name);
        if (found == null) {
            throw new JinjaException("missing argument '" + name + "'");
        }
        return found;
    }

    Object get(int place, String name, Object otherwise) {
        Object found = find(place, name);
        return found == null ? otherwise : found;
    }

    boolean has(int place, String name) {
        return find(place, name) != null;
    }

    String text(int place, String name) {
        return Values.requireText(get(place, name));
    }

    String text(int place, String name, String otherwise) {
        Object found = find(place, name);
        return found == null || found == None.NONE ? otherwise : Values.requireText(found);
    }

    int integer(int place, String name, int otherwise) {
        Object found = find(place, name);
        return found == null || found == None.NONE ? otherwise : Values.requireInt(found);
    }

    boolean flag(int place, String name, boolean otherwise) {
        Object found = find(place, name);
        return found == null ? otherwise : Values.truth(found);
    }

    Object orElseGet(int place, String name, Supplier<Object> otherwise) {
        Object found = find(place, name);
        return found == null ? otherwise.get() : found;
    }

    /** Throws if there are more arguments than these places. */
    void atMost(int places, String of) {
        if (count() > places) {
            throw new JinjaException(of + "() takes at most " + places + " arguments, got " + count());
        }
    }

    /** Returns these arguments without the first {@code places}. */
    Arguments from(int places) {
        return new Arguments(
                positional.size() <= places ? List.of() : positional.subList(places, positional.size()), named);
    }

    /** Returns these arguments with another before them. */
    Arguments after(Object first) {
        List<Object> all = new ArrayList<>(positional.size() + 1);
        all.add(first);
        all.addAll(positional);
        return new Arguments(all, named);
    }
}
