package io.speckv.draft;

import io.speckv.kit.server.ExitCode;
import io.speckv.kit.server.Launch;
import java.util.List;

/** The draft service as its own process. */
public final class DraftMain {
    private DraftMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        ExitCode code = Launch.run(
                List.of(arguments),
                System.getenv(),
                DraftSettings.loader(),
                settings -> DraftServer.start(settings).process(),
                System.out,
                System.err);
        System.exit(code.number());
    }
}
