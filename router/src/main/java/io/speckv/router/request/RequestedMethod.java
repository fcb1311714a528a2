package io.speckv.router.request;

import io.speckv.kit.wire.LookaheadWait;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import io.speckv.selection.method.Preset;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A method with the settings of one request.
 *
 * @param message the same method for the target, with every setting that is not the method's default
 * @param exact whether the method must follow its paper to the letter, so that the lookahead must not be cut short
 */
public record RequestedMethod(Method method, io.speckv.proto.v1.Method message, boolean exact) {
    public String name() {
        return method.name();
    }

    /**
     * Returns what remains of this method on a target that drops no KV pairs: its first stage with its settings.
     *
     * @param stage the remaining prompt stage, SpecPC
     */
    RequestedMethod promptStage(Method stage) {
        var applied = Methods.applied(name(), MethodSettings.toMap(message));
        Map<String, @Nullable Object> settings = new LinkedHashMap<>();
        if (applied.get(stage.name()) instanceof Map<?, ?> block) {
            block.forEach((key, value) -> settings.put(String.valueOf(key), value));
        }
        var scoring = stage.prompt().scoreSource().draftScoring();
        settings.put("lookahead_tokens", scoring == null ? null : scoring.lookaheadTokens());
        return new RequestedMethod(stage, MethodSettings.toProto(stage.name(), settings), false);
    }

    /** Returns the name of the preset; empty for none. */
    public String preset() {
        return exact ? Preset.PAPER : "";
    }

    /** Returns how long the target waits for lookahead: {@code usual}, unless the lookahead must not be cut. */
    public Duration lookaheadWait(Duration usual) {
        return exact ? LookaheadWait.MOST : usual;
    }
}
