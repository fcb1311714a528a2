package io.speckv.cli.serve;

import io.speckv.draft.DraftMain;
import io.speckv.enginetarget.EngineTargetMain;
import io.speckv.router.RouterMain;
import io.speckv.target.TargetMain;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Commands for single services. Each service reads its own settings, which are unknown here. */
public final class ServiceCommands {
    private ServiceCommands() {}

    /** A service's main method. */
    @FunctionalInterface
    private interface ServiceMain {
        void run(String[] arguments) throws InterruptedException;
    }

    private abstract static class Service implements Callable<Integer> {
        @Parameters(
                paramLabel = "--KEY=VALUE",
                arity = "0..*",
                description = {
                    "A setting, such as --server.port=9000; wins over the environment (SPECKV_SERVER__PORT=9000), which"
                            + " wins over the file.",
                    "--config=FILE reads a settings file, --print-config shows all settings and where they come from."
                })
        List<String> settings = new ArrayList<>();

        private final ServiceMain main;

        Service(ServiceMain main) {
            this.main = main;
        }

        @Override
        public Integer call() throws InterruptedException {
            main.run(settings.toArray(new String[0]));
            return 0;
        }
    }

    /** The draft service. */
    @Command(
            name = "draft",
            mixinStandardHelpOptions = true,
            description = "Run a draft service: scores prompts, guesses how answers begin.",
            footer = "%nAt least --model.folder=DIR is needed. All settings: docs/configuration.md")
    public static final class Draft extends Service {
        Draft() {
            super(DraftMain::main);
        }
    }

    /** The target service. */
    @Command(
            name = "target",
            mixinStandardHelpOptions = true,
            description = "Run a target service: reads what the router kept, answers.",
            footer = "%nAt least --model.folder=DIR is needed. All settings: docs/configuration.md")
    public static final class Target extends Service {
        Target() {
            super(TargetMain::main);
        }
    }

    /** The target over another engine. */
    @Command(
            name = "engine-target",
            mixinStandardHelpOptions = true,
            description = {
                "Run a target service over another engine's HTTP server: vLLM, SGLang, llama.cpp, TensorRT-LLM, or any with"
                        + " OpenAI's completions."
            },
            footer = "%nAt least --engine.url=URL and --tokenizer=DIR are needed. All settings: docs/configuration.md")
    public static final class EngineTarget extends Service {
        EngineTarget() {
            super(EngineTargetMain::main);
        }
    }

    /** The router. */
    @Command(
            name = "router",
            mixinStandardHelpOptions = true,
            description = "Run a router: the public API in front of drafts and targets.",
            footer = "%nAt least --tokenizer.target=DIR is needed. All settings: docs/configuration.md")
    public static final class Router extends Service {
        Router() {
            super(RouterMain::main);
        }
    }
}
