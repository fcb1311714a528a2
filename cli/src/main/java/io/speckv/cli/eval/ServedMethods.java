package io.speckv.cli.eval;

import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.MethodOverrides;
import io.speckv.evals.Setting;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.kit.wire.Structs;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.MethodDescription;
import io.speckv.selection.method.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The methods of an evaluation in the form in which a router gets them. Every setting is written out, so that they are the same
 * as in a local pair.
 */
record ServedMethods(Map<Setting, Asked> methods) {
    /**
     * A method in both forms.
     *
     * @param method that the router makes from {@code wire}
     */
    record Asked(Method method, io.speckv.proto.v1.Method wire) {}

    /**
     * Returns the methods of {@code grid}.
     *
     * @throws WrongInputException if the router lacks a method or its draft, or would apply other settings
     */
    static ServedMethods of(MethodOverrides settings, List<Setting> grid, DescribeResponse served) {
        Map<Setting, Asked> methods = new LinkedHashMap<>();
        for (Setting setting : grid) {
            MethodDescription offered = served.getMethodsList().stream()
                    .filter(method -> method.getName().equals(setting.name()))
                    .findFirst()
                    .orElseThrow(() -> new WrongInputException("the router offers no method '" + setting.name() + "'"));
            if (offered.getNeedsDraft() && served.getDraftsCount() == 0) {
                throw new WrongInputException(setting.name() + " needs a draft, and the router has none now");
            }
            requireNothingBesides(offered, settings.applied(setting));
            methods.put(setting, asked(setting, settings));
        }
        return new ServedMethods(methods);
    }

    /** Refuses a router whose own settings would add a value to a key that requests leave out. */
    private static void requireNothingBesides(MethodDescription offered, Map<String, ? extends @Nullable Object> ours) {
        Map<String, @Nullable Object> sent = flat(ours);
        flat(Structs.toMap(offered.getDefaultSettings())).forEach((key, value) -> {
            if (value != null && sent.get(key) == null) {
                String said = key.contains(".") ? key : offered.getName() + "." + key;
                throw new WrongInputException("the router sets " + key + " of " + offered.getName() + " to " + value
                        + ", which is left out here; give the same with --set " + said + "=" + value);
            }
        });
    }

    private static Asked asked(Setting setting, MethodOverrides settings) {
        Method method = settings.method(setting);
        Map<String, ? extends @Nullable Object> applied = settings.applied(setting);
        io.speckv.proto.v1.Method wire =
                WrongInputException.ifRefused(() -> MethodSettings.toProto(setting.name(), applied));
        return new Asked(method, wire);
    }

    /** Returns the settings with the keys of blocks flattened: block, dot, key. */
    private static Map<String, @Nullable Object> flat(Map<String, ? extends @Nullable Object> settings) {
        Map<String, @Nullable Object> flat = new LinkedHashMap<>();
        settings.forEach((key, value) -> {
            if (value instanceof Map<?, ?> block) {
                block.forEach((inner, innerValue) -> flat.put(key + "." + inner, innerValue));
            } else {
                flat.put(key, value);
            }
        });
        return flat;
    }

    /** Returns the method of a setting in the grid. */
    Asked of(Setting setting) {
        return Optional.ofNullable(methods.get(setting))
                .orElseThrow(() -> new IllegalArgumentException(setting + " is not in the grid"));
    }
}
