package io.speckv.kit.settings;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The keys in which two settings records of one type differ. */
public final class ChangedKeys {
    private ChangedKeys() {}

    /**
     * Returns the keys whose values differ, each in full such as {@code http.port}, in the order of the records. Of a map by name
     * it is the key of the map, and of a group that one of the records does not have, the key of the group.
     */
    public static List<String> between(Record before, Record after) {
        List<String> changed = new ArrayList<>();
        add("", before, after, changed);
        return List.copyOf(changed);
    }

    private static void add(String prefix, Record before, Record after, List<String> changed) {
        for (RecordComponent component : before.getClass().getRecordComponents()) {
            String key = prefix + KnownKeys.kebab(component.getName());
            Object old = value(component, before);
            Object now = value(component, after);
            if (KnownKeys.isGroup(component.getType()) && old instanceof Record group && now instanceof Record other) {
                add(key + ".", group, other, changed);
            } else if (!Objects.equals(old, now)) {
                changed.add(key);
            }
        }
    }

    private static @Nullable Object value(RecordComponent component, Record settings) {
        Method accessor = component.getAccessor();
        try {
            accessor.setAccessible(true); // records of settings need not be public
            return accessor.invoke(settings);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record's component cannot be read: " + component, e);
        }
    }
}
