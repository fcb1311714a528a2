package io.speckv.cli.doctor;

import io.speckv.draft.DraftSettings;
import io.speckv.draft.DraftSlotPlan;
import io.speckv.engine.EngineException;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.torch.DeviceMemory;
import io.speckv.engine.torch.ModelMemory;
import io.speckv.kit.settings.ByteSize;
import io.speckv.serving.SlotBudget;
import io.speckv.target.TargetSettings;
import io.speckv.target.TargetSlotPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Checks the memory of a pair of models on this machine, with the services' own settings. */
final class PairFindings {
    private final ModelOptions options;
    private final long deviceBytes;

    PairFindings(ModelOptions options) {
        this.options = options;
        this.deviceBytes = DeviceMemory.bytes(options.device());
    }

    Finding target(Path folder) {
        return finding("target", folder, memory -> {
            TargetSlotPlan plan = TargetSlotPlan.of(target(), memory, SlotBudget.of(memory, deviceBytes));
            return new Slots(plan.toString(), plan.bytes());
        });
    }

    Finding draft(Path folder) {
        return finding("draft", folder, memory -> {
            DraftSettings settings = DraftSettings.loader()
                    .load(null, Map.of(), List.of("--model.folder=" + folder))
                    .value();
            DraftSlotPlan plan =
                    DraftSlotPlan.of(settings.limits(), settings.queue(), memory, SlotBudget.of(memory, deviceBytes));
            return new Slots(plan.toString(), plan.bytes());
        });
    }

    private static TargetSettings.Slots target() {
        return TargetSettings.loader()
                .load(null, Map.of(), List.of("--model.folder=."))
                .value()
                .slots();
    }

    private record Slots(String text, long bytes) {}

    private interface Planned {
        Slots slots(ModelMemory memory);
    }

    private Finding finding(String subject, Path folder, Planned planned) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            ModelMemory memory = ModelMemory.of(checkpoint.shape(), options);
            Slots slots = planned.slots(memory);
            String text = "%s, %.1fM parameters: weights %s; cache at most %s, %s"
                    .formatted(
                            folder.toAbsolutePath().normalize().getFileName(),
                            WeightLayout.parameters(checkpoint.shape()) / 1e6,
                            new ByteSize(memory.weightBytes()).readable(),
                            new ByteSize(slots.bytes).readable(),
                            slots.text);
            return memory.weightBytes() + slots.bytes <= deviceBytes
                    ? Finding.right(subject, text)
                    : Finding.wrong(
                            subject,
                            text + "; " + options.device() + " has " + new ByteSize(deviceBytes).readable(),
                            "take --dtype bf16 or int8, fewer or shorter slots (docs/operations.md, Sizing), or a"
                                    + " larger machine");
        } catch (EngineException | IllegalArgumentException e) {
            return Finding.wrong(
                    subject, String.valueOf(e.getMessage()), "name a checkpoint's folder with --" + subject);
        }
    }
}
