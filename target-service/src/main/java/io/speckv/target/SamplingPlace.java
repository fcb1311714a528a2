package io.speckv.target;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.speckv.engine.DeviceName;
import java.util.Locale;

/** Where the tokens of running answers are chosen from their logits. */
public enum SamplingPlace {
    /** On the device if that is a GPU: its logits stay where they are. */
    AUTO,
    /** On the processor, one answer after the other. */
    HOST,
    /** On the model's device, all answers of a step at once. */
    DEVICE;

    /** Returns the place of a settings file. */
    @JsonCreator
    static SamplingPlace of(String text) {
        for (SamplingPlace place : values()) {
            if (place.name().toLowerCase(Locale.ROOT).equals(text)) {
                return place;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not a place of sampling: write auto, host or device");
    }

    /** Returns whether the tokens of a model on this device are chosen there. */
    boolean isOn(DeviceName device) {
        return this == DEVICE || (this == AUTO && device.isGpu());
    }
}
