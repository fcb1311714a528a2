package io.speckv.serving;

import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.DeviceMemory;
import io.speckv.engine.torch.ModelMemory;

/**
 * How much memory the cache slots of a service may take together if its settings do not give their number.
 *
 * @param bytes at least 0
 */
public record SlotBudget(long bytes) {
    /**
     * The share of the memory that the weights leave. With it a draft and a target on one machine take four fifths together.
     */
    private static final double SHARE = 0.4;

    /** Returns the budget for a model in a device's memory. */
    public static SlotBudget of(ModelMemory model, long deviceBytes) {
        return new SlotBudget((long) (SHARE * Math.max(0, deviceBytes - model.weightBytes())));
    }

    /** Returns the budget for an open model on its device. */
    public static SlotBudget of(DecoderModel model) {
        return of(model.memoryUse(), DeviceMemory.bytes(model.device()));
    }

    /** Returns how many slots of {@code slotBytes} fit in a share of the budget: at least 1, at most {@code most}. */
    public int slots(double share, long slotBytes, int most) {
        return (int) Math.max(1, Math.min(most, share * bytes / slotBytes));
    }
}
