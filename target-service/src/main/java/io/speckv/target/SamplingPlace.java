package io.speckv.target;

import io.speckv.engine.DeviceName;
import java.util.Locale;

/** Where the tokens of running answers are chosen from their logits. */
enum SamplingPlace {
    /** On the device if that is a GPU: its logits stay where they are. */
    AUTO,
    /** On the processor, one answer after the other. */
    HOST,
    /** On the model's device, all answers of a step at once. */
    DEVICE;

    /**
     * Returns the place of a name.
     *
     * @throws IllegalArgumentException naming the value and the known ones
     */
    static SamplingPlace parse(String text) {
        for (SamplingPlace place : values()) {
            if (place.name().toLowerCase(Locale.ROOT).equals(text)) {
                return place;
            }
        }
        throw new IllegalArgumentException("sampling is '" + text + "'; use auto, host or device");
    }

    /** Returns whether the tokens of a model on this device are chosen there. */
    boolean isOn(DeviceName device) {
        return this == DEVICE || (this == AUTO && device.isGpu());
    }
}
