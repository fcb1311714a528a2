package io.speckv.cli.ask;

import io.speckv.cli.client.AnswerSummary;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.client.Terminal;
import io.speckv.cli.client.WaitingLine;
import io.speckv.cli.explain.ExplainPage;
import io.speckv.cli.explain.ExplainedPrompt;
import io.speckv.cli.explain.KeptText;
import io.speckv.cli.options.MethodArguments;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.PromptArguments;
import io.speckv.cli.options.ProtectionArguments;
import io.speckv.cli.options.ReportArguments;
import io.speckv.cli.options.RouterArguments;
import io.speckv.cli.options.SamplingArguments;
import io.speckv.cli.options.WrongInputException;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows which tokens of a prompt matter, and which would reach the target. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Show what the draft finds important in a prompt, and what would reach the target.",
            "Prints the kept text; --html writes a page with every token shaded by its score."
        })
public final class ExplainCommand implements Callable<Integer> {
    private static final int COLUMNS = 80;

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
            names = "--html",
            converter = OptionPaths.OutputFile.class,
            paramLabel = "FILE",
            description = "write a page, complete in one file")
    @Nullable
    Path html;

    @Option(
            names = "--answer",
            description = "also generate, to show the answer and what each layer's cache keeps of the prompt")
    boolean answer;

    @Mixin
    SamplingArguments sampling = new SamplingArguments();

    @Option(names = "--json", description = "print the whole answer as one line of JSON, with the API's names")
    boolean json;

    @Override
    public Integer call() throws IOException {
        if (json && answer && html == null) {
            throw new WrongInputException(
                    "--json tells what --answer adds nowhere: leave one of them out, or give --html"
                            + " FILE; generate --json gives an answer as JSON");
        }
        Prompt read = chat ? Chats.ofUser(prompt.toProto()) : prompt.toProto();
        Method asked = method.toProto();
        Terminal terminal = Terminal.ofProcess();
        try (RouterClient client = router.open();
                WaitingLine progress = WaitingLine.of("reading the prompt", terminal)) {
            ExplainResponse explained = client.explain(explanation(read, asked));
            GenerateOnceResponse generated = answer ? generate(client, read, asked) : null;
            progress.done();
            show(explained, generated);
        }
        return 0;
    }

    /** Returns the request that explains the answer's prompt. */
    private ExplainRequest explanation(Prompt read, Method asked) {
        ExplainRequest.Builder request = ExplainRequest.newBuilder()
                .setModel(router.model())
                .setPrompt(read)
                .setMethod(asked)
                .setProtection(protection.toProto());
        SamplingSettings settings = sampling.toProto();
        if (settings.hasMaxNewTokens()) {
            request.setMaxNewTokens(settings.getMaxNewTokens());
        }
        return request.build();
    }

    private GenerateOnceResponse generate(RouterClient client, Prompt read, Method asked) {
        return client.generateOnce(GenerateRequest.newBuilder()
                .setModel(router.model())
                .setPrompt(read)
                .setMethod(asked)
                .setProtection(protection.toProto())
                .setSampling(sampling.toProto())
                .build());
    }

    private void show(ExplainResponse explained, @Nullable GenerateOnceResponse generated) throws IOException {
        if (html != null) {
            Files.writeString(html, ExplainPage.of(explained, generated), StandardCharsets.UTF_8);
            System.err.println("wrote " + html);
        }
        if (json) {
            new ReportArguments().json(explained);
        } else if (html == null) {
            KeptText.lines(KeptText.of(ExplainedPrompt.of(explained)), COLUMNS).forEach(System.out::println);
        }
        if (generated != null && !json) {
            System.out.println("\nanswer: " + generated.getAnswer().getText().strip());
            System.err.println(new AnswerSummary(generated.getFinished()).text());
        }
        System.err.printf(
                "%s keeps %d of %d tokens%n",
                explained.getCompression().getAppliedMethod(),
                explained.getKeptList().stream().filter(kept -> kept).count(),
                explained.getKeptCount());
    }
}
