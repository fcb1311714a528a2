package io.speckv.router.request;

import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.router.settings.FallbackSettings;
import io.speckv.router.settings.RoutedModelSettings;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.method.BudgetKeys;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import io.speckv.selection.method.Preset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a method message into a method; the router's settings fill unset fields. Immutable. */
public final class MethodReader {
    private static final String FULL = "full";
    private static final String SNAPKV = "snapkv";
    private static final String SPECKV = "speckv";

    private final String defaultName;
    private final Map<String, Map<String, Object>> configured;
    private final Map<String, Map<String, Object>> fallbacks;
    private final FallbackPolicy defaultFallback;
    private final FallbackPolicy defaultUnderLoad;

    /**
     * @throws IllegalArgumentException if the settings of the default method, SnapKV or SpecKV are not valid
     */
    public MethodReader(RoutedModelSettings.DefaultMethod method, FallbackSettings fallback) {
        this.defaultFallback = fallback.policy().toProto();
        this.defaultUnderLoad = underLoad(fallback).toProto();
        this.configured = method.settings() == null ? Map.of() : Map.of(method.name(), method.settings());
        Map<String, Map<String, Object>> settings = new LinkedHashMap<>();
        if (fallback.snapkv() != null) {
            settings.put(SNAPKV, fallback.snapkv());
        }
        if (fallback.speckv() != null) {
            settings.put(SPECKV, fallback.speckv());
        }
        this.fallbacks = settings;
        this.defaultName = build(method.name(), Map.of()).name();
        for (String name : List.of(SNAPKV, SPECKV)) {
            var unused = fallback(name);
        }
    }

    private static FallbackSettings.Policy underLoad(FallbackSettings fallback) {
        FallbackSettings.Policy set = fallback.overloaded();
        if (set != null) {
            return set;
        }
        return fallback.policy() == FallbackSettings.Policy.FULL ? FallbackSettings.Policy.SNAPKV : fallback.policy();
    }

    /**
     * Returns the method of a request.
     *
     * @throws RequestException naming the field
     */
    public RequestedMethod read(io.speckv.proto.v1.Method message) {
        String name = message.getName().isEmpty() ? defaultName : message.getName();
        try {
            return build(name, MethodSettings.toMap(message));
        } catch (InvalidSettingException e) {
            throw RequestException.invalidField(
                    MethodSettings.fieldPath(message, e.key()), "is refused: " + e.getMessage());
        }
    }

    private RequestedMethod build(String name, Map<String, ? extends @Nullable Object> over) {
        Map<String, ? extends @Nullable Object> defaults = configured.getOrDefault(name, Map.of());
        return of(name, overlaid(over.containsKey(Preset.KEY) ? Preset.unsettled(defaults) : defaults, over));
    }

    /** The named method with the settings that it has as a fallback, not those that requests get. */
    private RequestedMethod fallback(String name) {
        return of(name, new LinkedHashMap<>(fallbacks.getOrDefault(name, Map.of())));
    }

    private static RequestedMethod of(String name, Map<String, @Nullable Object> settings) {
        Method method = Methods.of(name, settings);
        boolean paper = Preset.isPaper(settings);
        String classifier = method.prompt().scoreSource().classifierFolder();
        if (classifier != null) {
            // A request must not name a path on a server.
            throw InvalidSettingException.of(
                    "classifier", classifier, "cannot be set here, as the draft service has its own");
        }
        // Every setting is written out, so that a target without this preset does the same.
        var message = paper
                ? MethodSettings.toProto(method.name(), Methods.writtenOut(name, settings))
                : MethodSettings.toProto(method.name(), settings);
        return new RequestedMethod(method, message, paper);
    }

    private static Map<String, @Nullable Object> overlaid(
            Map<String, ? extends @Nullable Object> base, Map<String, ? extends @Nullable Object> over) {
        Map<String, @Nullable Object> merged = new LinkedHashMap<>(BudgetKeys.givingWayTo(over, base));
        over.forEach((key, value) -> {
            Object there = merged.get(key);
            merged.put(
                    key,
                    there instanceof Map<?, ?> a && value instanceof Map<?, ?> b
                            ? overlaid(keyed(a), keyed(b))
                            : value);
        });
        return merged;
    }

    private static Map<String, @Nullable Object> keyed(Map<?, ?> block) {
        Map<String, @Nullable Object> keyed = new LinkedHashMap<>();
        block.forEach((key, value) -> keyed.put(String.valueOf(key), value));
        return keyed;
    }

    /** Returns a request's fallback policy for a draft that is too busy; the settings decide if the request does not. */
    FallbackPolicy underLoad(FallbackPolicy asked) {
        return asked == FallbackPolicy.FALLBACK_POLICY_UNSPECIFIED ? defaultUnderLoad : fallback(asked);
    }

    /** Returns a request's fallback policy; the settings decide if the request does not. */
    FallbackPolicy fallback(FallbackPolicy asked) {
        return switch (asked) {
            case FALLBACK_POLICY_UNSPECIFIED -> defaultFallback;
            case FALLBACK_POLICY_FULL, FALLBACK_POLICY_SNAPKV, FALLBACK_POLICY_NGRAM, FALLBACK_POLICY_FAIL -> asked;
            case UNRECOGNIZED ->
                throw RequestException.invalidField(
                        "fallback",
                        "is not known, must be one of FALLBACK_POLICY_FULL, _SNAPKV, _NGRAM and _FAIL, or unset");
        };
    }

    /**
     * Returns the methods that {@code policy} applies without a draft. Each is tried if the target has no room for the one
     * before. Empty if the policy lets the request fail.
     */
    List<RequestedMethod> withoutDraft(FallbackPolicy policy) {
        return switch (policy) {
            case FALLBACK_POLICY_FULL -> List.of(full(), fallback(SNAPKV));
            case FALLBACK_POLICY_SNAPKV -> List.of(fallback(SNAPKV));
            case FALLBACK_POLICY_NGRAM -> List.of(fallback(SPECKV));
            case FALLBACK_POLICY_UNSPECIFIED, FALLBACK_POLICY_FAIL, UNRECOGNIZED -> List.of();
        };
    }

    /** Returns the method {@code full}, with its settings. */
    public RequestedMethod full() {
        return build(FULL, Map.of());
    }

    /** Returns whether a request that names neither method nor fallback fails without a draft. */
    public boolean failsWithoutDraft() {
        boolean needsDraft = build(defaultName, Map.of()).method().needsDraft(Integer.MAX_VALUE, 1);
        return needsDraft && withoutDraft(defaultFallback).isEmpty();
    }

    public String defaultName() {
        return defaultName;
    }

    public FallbackPolicy defaultFallback() {
        return defaultFallback;
    }

    /** Returns the methods that requests can name, with this router's defaults. */
    public List<RequestedMethod> served() {
        return Methods.names().stream().map(name -> build(name, Map.of())).toList();
    }
}
