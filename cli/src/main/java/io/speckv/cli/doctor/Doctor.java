package io.speckv.cli.doctor;

import io.speckv.engine.DeviceName;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Processor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks this machine everything that decides whether speckv runs here, and how well.
 *
 * @param home folder of the launcher
 * @param target checkpoint of a target
 * @param draft checkpoint of a draft
 * @param options with which both would be opened
 * @param weights folder for random weights to measure precisions with, or null to measure nothing
 */
record Doctor(
        Path home,
        Path target,
        Path draft,
        ModelOptions options,
        @Nullable Path weights) {

    /** Reports every finding as it is made. */
    void examine(Consumer<Finding> told) throws IOException {
        Processor processor = Processor.current();
        told.accept(MachineFindings.processor(processor));
        told.accept(MachineFindings.instructionSets(processor));
        told.accept(MachineFindings.memory());
        told.accept(MachineFindings.java());
        Finding libtorch = EngineFindings.libtorch();
        told.accept(libtorch);
        if (!libtorch.isWrong()) {
            engine(told);
        }
        told.accept(MachineFindings.containers());
        told.accept(MachineFindings.ports());
        told.accept(BuildFindings.build(home));
    }

    private void engine(Consumer<Finding> told) throws IOException {
        EngineFindings.gpus().forEach(told);
        DeviceName device = options.device();
        Optional<Finding> missing = EngineFindings.missing(device);
        if (missing.isPresent()) {
            told.accept(missing.get());
            return;
        }
        EngineFindings.precisions(device, weights).forEach(told);
        PairFindings pair = new PairFindings(options);
        told.accept(pair.target(target));
        told.accept(pair.draft(draft));
    }
}
