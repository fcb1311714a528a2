package io.speckv.serving;

import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.DeviceMemory;
import io.speckv.engine.torch.ModelMemory;

/**
 * How much memory the cache slots of a service may take together where its settings leave their number open.
 *
 * @param bytes at least 0
 */
public record SlotBudget(long bytes) {
    /** Of what the weights leave: a draft and a target on one machine take four fifths together. */
    private static final double SHARE = 0.4;

    /** The budget for a model in a device's memory. */
    public static SlotBudget of(ModelMemory model, long deviceBytes) {
        return new SlotBudget((long) (SHARE * Math.max(0, deviceBytes - model.weightBytes())));
    }

    /** The budget for an open model where it is. */
    public static SlotBudget of(DecoderModel model) {
        return of(model.memoryUse(), DeviceMemory.bytes(model.device()));
    }

    /** Returns how many slots of one size fit in a share of the budget: at least 1, at most {@code most}. */
    public int slots(double share, long slotBytes, int most) {
        return (int) Math.max(1, Math.min(most, share * bytes / slotBytes));
    }
}
