package io.speckv.cli.ask;

import io.speckv.cli.client.AnswerPrinter;
import io.speckv.cli.client.AnswerSummary;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.client.Terminal;
import io.speckv.cli.options.GivenOptions;
import io.speckv.cli.options.MethodArguments;
import io.speckv.cli.options.ModelArguments;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.PromptArguments;
import io.speckv.cli.options.ProtectionArguments;
import io.speckv.cli.options.ReportArguments;
import io.speckv.cli.options.RouterArguments;
import io.speckv.cli.options.SamplingArguments;
import io.speckv.cli.options.WrongInputException;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Protection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Streams the continuation of a prompt. It comes from a router or, if checkpoints are given, from this process. */
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

    @Mixin
    ProtectionArguments protection = new ProtectionArguments();

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

    @Option(
            names = "--target",
            converter = OptionPaths.Input.class,
            paramLabel = "DIR",
            description = "checkpoint to run in this process, without a router")
    @Nullable
    Path target;

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    DraftArguments draft = new DraftArguments();

    @Mixin
    ModelArguments models = new ModelArguments();

    @Spec
    @Nullable
    CommandSpec command;

    @Override
    public Integer call() throws IOException {
        if (target == null) {
            require(!draft.isGiven(), "--draft and --ngram-draft need --target; a router has its own draft");
            GivenOptions.refuse(command, ModelArguments.names(), "needs --target; a router's models are open already");
            askRouter();
        } else {
            GivenOptions.refuse(command, RouterArguments.names(), "is about a router, and --target needs none");
            require(fallback == null, "--fallback needs a router, not --target");
            require(!continueDrafting, "--continue-drafting needs a router, not --target");
            require(!report.traced(), "--trace needs a router; with --target, --json tells the times");
            require(
                    protection.toProto().equals(Protection.getDefaultInstance()),
                    "--protect, --turns and --recent-tokens need a router, not --target");
            runHere(target);
        }
        return 0;
    }

    private void runHere(Path folder) throws IOException {
        LocalGeneration generation = new LocalGeneration(folder, draft, models.options(), chat);
        if (report.asJson()) {
            LocalAnswer answer = generation.run(prompt, method.method(), sampling.settings(), text -> {});
            System.out.println(answer.json());
            answer.hint();
            return;
        }
        LocalAnswer answer = generation.run(prompt, method.method(), sampling.settings(), text -> {
            System.out.print(text);
            System.out.flush();
        });
        System.out.println();
        answer.report();
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
                .setProtection(protection.toProto())
                .setFallback(Fallbacks.parse(fallback))
                .setSampling(sampling.toProto())
                .setContinueDrafting(continueDrafting)
                .build();
        try (RouterClient client = router.open()) {
            if (report.asJson()) {
                GenerateOnceResponse answer = client.generateOnce(request);
                report.json(answer);
                after(answer.getFinished());
            } else {
                AnswerPrinter printer = new AnswerPrinter(System.out, Terminal.ofProcess());
                GenerateFinished finished = printer.print(client, request).finished();
                System.err.println(new AnswerSummary(finished).text());
                after(finished);
            }
        }
    }

    private void after(GenerateFinished finished) {
        report.after(finished);
        boolean atOnce = finished.getFinishReason() == FinishReason.FINISH_REASON_END_OF_TEXT
                && finished.getUsage().getGeneratedTokenCount() <= 1;
        if (atOnce && !chat) {
            System.err.println(
                    "the model ended its answer at once; if it is trained to chat, --chat asks in its chat format");
        }
    }
}
