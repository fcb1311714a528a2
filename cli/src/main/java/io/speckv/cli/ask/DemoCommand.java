package io.speckv.cli.ask;

import io.speckv.cli.client.AnswerPrinter;
import io.speckv.cli.client.AnswerSummary;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.client.Terminal;
import io.speckv.cli.client.WaitingLine;
import io.speckv.cli.explain.ExplainPage;
import io.speckv.cli.explain.ExplainedPrompt;
import io.speckv.cli.explain.KeptText;
import io.speckv.cli.options.BundledPair;
import io.speckv.cli.options.MethodArguments;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.PairArguments;
import io.speckv.cli.options.RouterArguments;
import io.speckv.cli.options.TextFile;
import io.speckv.cli.options.WrongInputException;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.trio.ServiceTrio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the main use in one go: a question about a long text, answered with and without compression. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Start the three services, ask about a long text, and show what happened.",
            "By default a number is hidden in this project's licence. With --file and --question it is your text, and"
                    + " nothing is hidden in it."
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int COLUMNS = 80;
    private static final int KEPT_LINES_MOST = 14;
    private static final List<String> QUIET = List.of("--server.port=0", "--telemetry.log-level=WARN");

    @Mixin
    PairArguments pair = new PairArguments();

    @Option(
            names = "--file",
            converter = OptionPaths.InputFile.class,
            paramLabel = "FILE",
            description = "a long text of your own, with --question")
    @Nullable
    Path file;

    @Option(names = "--question", paramLabel = "TEXT", description = "what to ask about it; ends the prompt as it is")
    @Nullable
    String question;

    @Option(names = "--seed", description = "hides the same number at the same place (a new one each time)")
    @Nullable
    Long seed;

    @Mixin
    MethodArguments method = new MethodArguments();

    @Option(
            names = "--max-new-tokens",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "16",
            description = "length of an answer (${DEFAULT-VALUE})")
    int maxNewTokens = 16;

    @Option(
            names = "--html",
            converter = OptionPaths.OutputFile.class,
            paramLabel = "FILE",
            description = "also write the page of './speckv explain --html'")
    @Nullable
    Path html;

    private final Terminal terminal = Terminal.ofProcess();

    @Override
    public Integer call() throws IOException, InterruptedException {
        String prompt = prompt();
        Method compressed = method.isGiven() ? method.toProto() : DemoText.METHOD;
        System.out.println(pair.isBundled() ? BundledPair.DESCRIPTION : "Models: yours.");
        try (ServiceTrio trio = pair.start(new PairArguments.Flags(QUIET, QUIET, QUIET));
                RouterClient client = RouterArguments.local(trio.routerPort()).open()) {
            System.out.printf(
                    "%nrouter localhost:%d, target localhost:%d, draft localhost:%d, in this process%n",
                    trio.routerPort(), trio.targetPort(), trio.draftPort());
            show(client, prompt, compressed);
        }
        return 0;
    }

    private String prompt() throws IOException {
        if ((file == null) != (question == null)) {
            throw new WrongInputException("--file and --question go together");
        }
        if (file != null) {
            if (seed != null) {
                throw new WrongInputException(
                        "--seed hides a number in the project's licence: leave it out with --file");
            }
            return TextFile.read(file) + "\n" + question;
        }
        DemoText text = DemoText.of(seed == null ? ThreadLocalRandom.current().nextLong() : seed);
        System.out.printf(
                "Hidden in the %,d words of this project's licence:%n  \"%s\"%n%n", text.words(), text.needle());
        return text.prompt();
    }

    private void show(RouterClient client, String prompt, Method compressed) throws IOException {
        Prompt read = Prompt.newBuilder().setText(prompt).build();
        ExplainResponse explained;
        try (WaitingLine progress = WaitingLine.of("the draft reads the text", terminal)) {
            explained = client.explain(ExplainRequest.newBuilder()
                    .setPrompt(read)
                    .setMethod(compressed)
                    .build());
            progress.done();
        }
        heading("what the target gets to read");
        kept(explained);
        AnswerPrinter printer = new AnswerPrinter(System.out, terminal);
        // Settings alone leave the method to the router.
        String name =
                compressed.getName().isEmpty() ? explained.getCompression().getRequestedMethod() : compressed.getName();
        heading("the answer, " + name);
        var fast = printer.print(client, request(read, compressed));
        heading("the same question on the full cache");
        var full = printer.print(
                client, request(read, Method.newBuilder().setName("full").build()));
        heading("side by side");
        compare(name, fast.finished(), full.finished());
        heading("when each stage ran, " + name);
        System.out.print(new AnswerSummary(fast.finished()).waterfall());
        if (pair.isBundled()) {
            System.out.println(
                    "\nA draft a fifth of its target's size costs about what it saves; real pairs are 1 to 20.");
        }
        if (html != null) {
            var again = client.generateOnce(request(read, compressed));
            Files.writeString(html, ExplainPage.of(explained, again));
            System.out.println("\nwrote " + html);
        }
    }

    private GenerateRequest request(Prompt read, Method asked) {
        SamplingSettings.Builder sampling = SamplingSettings.newBuilder().setMaxNewTokens(maxNewTokens);
        if (file == null) {
            // The answer is a number, and the bundled pair does not always stop after it.
            sampling.addStop(".");
        }
        return GenerateRequest.newBuilder()
                .setPrompt(read)
                .setMethod(asked)
                .setSampling(sampling)
                .build();
    }

    private static void kept(ExplainResponse explained) {
        List<String> lines = KeptText.lines(KeptText.of(ExplainedPrompt.of(explained)), COLUMNS);
        int half = KEPT_LINES_MOST / 2;
        for (int i = 0; i < lines.size(); i++) {
            boolean skipped = lines.size() > KEPT_LINES_MOST && i >= half && i < lines.size() - half;
            if (!skipped) {
                System.out.println(lines.get(i));
            } else if (i == half) {
                System.out.printf("   (%d more lines)%n", lines.size() - KEPT_LINES_MOST);
            }
        }
    }

    private static void compare(String name, GenerateFinished fast, GenerateFinished full) {
        AnswerSummary a = new AnswerSummary(fast);
        AnswerSummary b = new AnswerSummary(full);
        row("", name, "full");
        row(
                "prompt tokens read",
                fast.getUsage().getKeptTokenCount(),
                full.getUsage().getKeptTokenCount());
        row("KV pairs a head, at most", a.keptPerHead(), b.keptPerHead());
        row("KV cache", AnswerSummary.bytes(a.kv().getKeptBytes()), AnswerSummary.bytes(b.kv().getKeptBytes()));
        row("first token after", millis(a.untilFirstToken()), millis(b.untilFirstToken()));
        row("last token after", millis(a.untilLastToken()), millis(b.untilLastToken()));
        row(
                "tokens from the draft",
                fast.getCompression().getLookahead().getAcceptedTokenCount(),
                full.getCompression().getLookahead().getAcceptedTokenCount());
    }

    private static String millis(Duration time) {
        return String.format(Locale.ROOT, "%.0f ms", time.toNanos() / 1e6);
    }

    private static void row(String what, Object fast, Object full) {
        System.out.printf("%-26s %16s %16s%n", what, fast, full);
    }

    private static void heading(String text) {
        System.out.println("\n-- " + text + " " + "-".repeat(Math.max(2, COLUMNS - 4 - text.length())));
    }
}
