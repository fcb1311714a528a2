package io.speckv.cli.serve;

import io.speckv.cli.options.BundledPair;
import io.speckv.cli.options.EngineArguments;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.PairArguments;
import io.speckv.kit.failure.Deadly;
import io.speckv.kit.server.ExitCode;
import io.speckv.kit.server.HaltAtSignal;
import io.speckv.trio.ServiceTrio;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs all three services in one process until it is stopped. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Run draft, target and router in one process on this machine, until Ctrl-C.",
            "They speak gRPC over loopback, as they do over a network. To reach them from other machines, or to spread"
                    + " them, start each with './speckv draft', 'target' and 'router'.",
            "With --engine another engine answers in the target's place."
        })
public final class UpCommand implements Callable<Integer> {
    /** Longer than running answers may take to end. */
    private static final Duration CLOSE_AFTER_LOSS = Duration.ofMinutes(2);

    @Mixin
    PairArguments pair = new PairArguments();

    @Mixin
    EngineArguments engine = new EngineArguments();

    @Option(
            names = "--classifier",
            converter = OptionPaths.InputFolder.class,
            paramLabel = "DIR",
            description = "token classifier for method llmlingua2: a folder of BertForTokenClassification or"
                    + " XLMRobertaForTokenClassification (none)")
    @Nullable
    Path classifier;

    @Option(
            names = "--port",
            converter = Numbers.Port.class,
            defaultValue = "9000",
            description = "the router's; 0 takes a free one (${DEFAULT-VALUE})")
    int port = 9000;

    @Option(
            names = "--http-port",
            converter = Numbers.PortOrNone.class,
            defaultValue = "8080",
            description = "of the web page and the OpenAI-compatible API; 0 takes a free one, -1 serves none"
                    + " (${DEFAULT-VALUE})")
    int httpPort = 8080;

    @Option(names = "--draft-set", paramLabel = "KEY=VALUE", description = "a setting of the draft; may be repeated")
    List<String> draftSettings = new ArrayList<>();

    @Option(names = "--target-set", paramLabel = "KEY=VALUE", description = "of the target; may be repeated")
    List<String> targetSettings = new ArrayList<>();

    @Option(names = "--router-set", paramLabel = "KEY=VALUE", description = "of the router; may be repeated")
    List<String> routerSettings = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServiceTrio trio = startedUntilSignal();
        if (pair.isBundled()) {
            System.out.println(BundledPair.DESCRIPTION);
        }
        System.out.printf(
                "router  localhost:%d%ntarget  localhost:%d%ndraft   localhost:%d%n",
                trio.routerPort(), trio.targetPort(), trio.draftPort());
        System.out.printf("ask it: ./speckv generate --router localhost:%d --prompt TEXT%n", trio.routerPort());
        if (trio.httpPort() >= 0) {
            System.out.printf(
                    "or open http://localhost:%1$d/, or give OpenAI clients http://localhost:%1$d/v1%n",
                    trio.httpPort());
        }
        if (classifier != null) {
            System.out.println("method llmlingua2 asks the classifier in " + classifier);
        }
        System.out.println("Ctrl-C stops all three.");
        System.out.flush();
        trio.awaitLoss();
        // On a hanging device nothing can be closed, so the process must end by itself.
        Deadly.endProcessIn(CLOSE_AFTER_LOSS, "one of the three is lost");
        return trio.stop().number();
    }

    /** Starts the three services, which a signal stops from then on. Before that it ends the process at once. */
    private ServiceTrio startedUntilSignal() throws IOException, InterruptedException {
        HaltAtSignal whileLoading = HaltAtSignal.armed(ExitCode.CLEAN::number);
        try {
            ServiceTrio trio = start();
            var unused = HaltAtSignal.armed(() -> trio.stop().number());
            return trio;
        } finally {
            whileLoading.disarm();
        }
    }

    /** Starts the three services as the options say. */
    ServiceTrio start() throws IOException, InterruptedException {
        Map<String, Object> ofDraft = new TreeMap<>(Map.of("server.port", 0));
        if (classifier != null) {
            ofDraft.put("classifier.folder", classifier);
        }
        return pair.start(
                new PairArguments.Flags(
                        flags(ofDraft, draftSettings),
                        flags(Map.of("server.port", 0), targetSettings),
                        flags(Map.of("server.port", port, "http.port", httpPort), routerSettings)),
                engine);
    }

    private static List<String> flags(Map<String, ?> own, List<String> given) {
        return Stream.concat(
                        own.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()), given.stream())
                .map(setting -> "--" + setting)
                .toList();
    }
}
