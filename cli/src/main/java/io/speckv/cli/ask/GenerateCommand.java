package io.speckv.cli.ask;

import io.speckv.cli.client.AnswerPrinter;
import io.speckv.cli.client.AnswerSummary;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.client.Terminal;
import io.speckv.cli.options.MethodArguments;
import io.speckv.cli.options.ModelArguments;
import io.speckv.cli.options.PromptArguments;
import io.speckv.cli.options.ReportArguments;
import io.speckv.cli.options.RouterArguments;
import io.speckv.cli.options.SamplingArguments;
import io.speckv.cli.options.WrongInputException;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Streams the continuation of a prompt, from a router or, given checkpoints, from this process. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        description = {
            "Continue a prompt, streaming the text: by a running router, or with --target in this process alone.",
            "The text goes to standard output, figures to standard error."
        })
public final class GenerateCommand implements Callable<Integer> {
    @Mixin
    RouterArguments router = new RouterArguments();

    @ArgGroup(exclusive = true, multiplicity = "1")
    PromptArguments prompt = new PromptArguments();

    @Option(names = "--chat", description = "the prompt is a user's message in the model's chat format")
    boolean chat;

    @Mixin
    MethodArguments method = new MethodArguments();

    @Option(
            names = "--fallback",
            paramLabel = "POLICY",
            description = "without a draft: full, snapkv, ngram or fail (the router's)")
    @Nullable
    String fallback;

    @Option(
            names = "--continue-drafting",
            description = "let the draft go on while the target answers, which then verifies several tokens at once")
    boolean continueDrafting;

    @Mixin
    SamplingArguments sampling = new SamplingArguments();

    @Mixin
    ReportArguments report = new ReportArguments();

    @Option(names = "--target", paramLabel = "DIR", description = "checkpoint to run in this process, without a router")
    @Nullable
    Path target;

    @Option(names = "--draft", paramLabel = "DIR", description = "draft's checkpoint, with --target")
    @Nullable
    Path draft;

    @Mixin
    ModelArguments models = new ModelArguments();

    @Override
    public Integer call() throws IOException {
        if (target == null) {
            require(draft == null, "--draft names a local checkpoint and needs --target; a router has its own draft");
            askRouter();
        } else {
            require(!continueDrafting, "--continue-drafting needs a router, not --target");
            require(!chat, "--chat needs a router, not --target");
            require(
                    !report.asJson() && !report.traced(),
                    "--json and --trace need a router; './speckv run --json' tells all");
            new LocalGeneration(target, draft, models.options()).print(prompt, method.method(), sampling.settings());
        }
        return 0;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new WrongInputException(otherwise);
        }
    }

    private void askRouter() throws IOException {
        GenerateRequest request = GenerateRequest.newBuilder()
                .setModel(router.model())
                .setPrompt(chat ? Chats.ofUser(prompt.toProto()) : prompt.toProto())
                .setMethod(method.toProto())
                .setFallback(Fallbacks.parse(fallback))
                .setSampling(sampling.toProto())
                .setContinueDrafting(continueDrafting)
                .build();
        try (RouterClient client = router.open()) {
            if (report.asJson()) {
                GenerateOnceResponse answer = client.generateOnce(request);
                report.json(answer);
                report.after(answer.getFinished());
            } else {
                AnswerPrinter printer = new AnswerPrinter(System.out, Terminal.ofProcess());
                GenerateFinished finished = printer.print(client, request).finished();
                System.err.println(new AnswerSummary(finished).text());
                report.after(finished);
            }
        }
    }
}
