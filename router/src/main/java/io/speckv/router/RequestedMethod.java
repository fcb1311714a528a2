package io.speckv.router;

import io.speckv.kit.wire.LookaheadWait;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Preset;
import java.time.Duration;

/**
 * A method with the settings of one request.
 *
 * @param message the same for the target, every setting that is not the method's own default included
 * @param exact whether it must be the paper's to the letter, so that no lookahead may be cut to what is at hand
 */
record RequestedMethod(Method method, io.speckv.proto.v1.Method message, boolean exact) {
    String name() {
        return method.name();
    }

    /** Returns the preset by name, empty for none. */
    String preset() {
        return exact ? Preset.PAPER : "";
    }

    /** Returns how long the target waits for lookahead, which is {@code usual} where lookahead may be cut. */
    Duration lookaheadWait(Duration usual) {
        return exact ? LookaheadWait.MOST : usual;
    }
}
