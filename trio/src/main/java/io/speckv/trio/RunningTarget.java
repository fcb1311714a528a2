package io.speckv.trio;

import io.speckv.enginetarget.EngineTargetServer;
import io.speckv.enginetarget.EngineTargetSettings;
import io.speckv.kit.server.GrpcProcess;
import io.speckv.target.TargetServer;
import io.speckv.target.TargetSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * A running target of either kind.
 *
 * @param requests number of requests that it works on now
 */
record RunningTarget(GrpcProcess process, IntSupplier requests) implements AutoCloseable {

    /** Starts the target of a model, with flags in addition to those that name the model. */
    static RunningTarget start(TargetModel model, List<String> flags) throws IOException {
        return model instanceof TargetModel.OfEngine engine ? start(engine, flags) : startOwn(model, flags);
    }

    private static RunningTarget startOwn(TargetModel model, List<String> flags) throws IOException {
        TargetServer server = TargetServer.start(TargetSettings.loader()
                .load(null, Map.of(), with(flags, "--model.folder=" + model.tokenizer()))
                .value());
        return new RunningTarget(server.process(), server::slotsUsed);
    }

    private static RunningTarget start(TargetModel.OfEngine engine, List<String> flags) throws IOException {
        EngineTargetServer server = EngineTargetServer.start(EngineTargetSettings.loader()
                .load(null, Map.of(), with(flags, "--engine.url=" + engine.url(), "--tokenizer=" + engine.tokenizer()))
                .value());
        return new RunningTarget(server.process(), server::running);
    }

    /** Returns {@code own} followed by {@code flags}, so that {@code flags} win. */
    static List<String> with(List<String> flags, String... own) {
        List<String> all = new ArrayList<>(List.of(own));
        all.addAll(flags);
        return all;
    }

    @Override
    public void close() {
        process.close();
    }
}
