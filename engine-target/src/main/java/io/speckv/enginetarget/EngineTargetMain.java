package io.speckv.enginetarget;

import io.speckv.kit.server.ExitCode;
import io.speckv.kit.server.Launch;
import java.util.List;

/** The target over another engine as a process of its own. */
public final class EngineTargetMain {
    private EngineTargetMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        ExitCode code = Launch.run(
                List.of(arguments),
                System.getenv(),
                EngineTargetSettings.loader(),
                settings -> EngineTargetServer.start(settings).process(),
                System.out,
                System.err);
        System.exit(code.number());
    }
}
