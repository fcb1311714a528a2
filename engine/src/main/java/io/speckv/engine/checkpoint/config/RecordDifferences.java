package io.speckv.engine.checkpoint.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/** Says which components of two records differ, and nothing of the others: a whole shape is too long to be read. */
final class RecordDifferences {
    private final List<String> found = new ArrayList<>();

    private RecordDifferences() {}

    /** Returns the components that differ, as "layerShapes[3].window 16, which would be read as 0"; empty if none does. */
    static <T extends Record> List<String> between(T meant, T read) {
        RecordDifferences differences = new RecordDifferences();
        differences.ofRecords("", meant, read);
        return differences.found;
    }

    private void ofRecords(String prefix, Record meant, Record read) {
        for (RecordComponent component : meant.getClass().getRecordComponents()) {
            ofValues(prefix + component.getName(), value(component, meant), value(component, read));
        }
    }

    private void ofValues(String name, Object meant, Object read) {
        if (meant.equals(read)) {
            return;
        }
        if (meant instanceof Record first && read instanceof Record second && first.getClass() == second.getClass()) {
            ofRecords(name + ".", first, second);
        } else if (meant instanceof List<?> first && read instanceof List<?> second && first.size() == second.size()) {
            // The first one stands for all: layers are many, and mostly alike.
            int place = 0;
            while (first.get(place).equals(second.get(place))) {
                place++;
            }
            ofValues(name + "[" + place + "]", first.get(place), second.get(place));
        } else {
            found.add(name + " " + brief(meant) + ", which would be read as " + brief(read));
        }
    }

    private static String brief(Object value) {
        return value instanceof Record
                ? value.getClass().getSimpleName()
                : value instanceof List<?> list ? "a list of " + list.size() : String.valueOf(value);
    }

    private static Object value(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record's component can be read", e);
        }
    }
}
