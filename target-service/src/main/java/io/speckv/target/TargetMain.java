package io.speckv.target;

import io.speckv.kit.server.ExitCode;
import io.speckv.kit.server.Launch;
import java.util.List;

/** The target service as its own process. */
public final class TargetMain {
    private TargetMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        ExitCode code = Launch.run(
                List.of(arguments),
                System.getenv(),
                TargetSettings.loader(),
                settings -> TargetServer.start(settings).process(),
                System.out,
                System.err);
        System.exit(code.number());
    }
}
