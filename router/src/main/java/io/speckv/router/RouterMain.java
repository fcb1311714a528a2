package io.speckv.router;

import io.speckv.kit.server.ExitCode;
import io.speckv.kit.server.Launch;
import io.speckv.router.settings.RouterSettings;
import java.util.List;

/** The router as a process of its own. */
public final class RouterMain {
    private RouterMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        ExitCode code = Launch.run(
                List.of(arguments),
                System.getenv(),
                RouterSettings.loader(),
                (settings, source) -> RouterServer.start(settings, source).process(),
                System.out,
                System.err);
        System.exit(code.number());
    }
}
