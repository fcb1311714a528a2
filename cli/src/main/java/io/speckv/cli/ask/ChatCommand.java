package io.speckv.cli.ask;

import io.speckv.cli.client.AnswerPrinter;
import io.speckv.cli.client.AnswerSummary;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.client.RouterException;
import io.speckv.cli.client.Terminal;
import io.speckv.cli.options.FieldOptions;
import io.speckv.cli.options.MethodArguments;
import io.speckv.cli.options.ProtectionArguments;
import io.speckv.cli.options.RouterArguments;
import io.speckv.cli.options.SamplingArguments;
import io.speckv.cli.options.TextLines;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Prompt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Holds a conversation, one line at a time. */
@Command(
        name = "chat",
        mixinStandardHelpOptions = true,
        description = {
            "Talk with a model through a running router, one line a turn.",
            "On a terminal: /clear forgets the conversation, /exit or Ctrl-D ends it. In a pipe every line is a turn,"
                    + " whatever it says, and the first failure ends it."
        })
public final class ChatCommand implements Callable<Integer> {
    @Mixin
    RouterArguments router = new RouterArguments();

    @Option(names = "--system", paramLabel = "TEXT", description = "what the model is told before the conversation")
    @Nullable
    String system;

    @Mixin
    MethodArguments method = new MethodArguments();

    @Mixin
    ProtectionArguments protection = new ProtectionArguments();

    @Mixin
    SamplingArguments sampling = new SamplingArguments();

    @Option(names = "--trace", description = "after each answer, draw when each stage ran")
    boolean trace;

    @Spec
    @Nullable
    CommandSpec command;

    private final Terminal terminal = Terminal.ofProcess();
    private final List<ChatMessage> conversation = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        clear();
        // A wrong option is reported before the first line is read.
        GenerateRequest options = options();
        if (terminal.in()) {
            System.err.println("each line is a turn; /clear forgets the conversation, /exit or Ctrl-D ends it");
        }
        TextLines lines = new TextLines(System.in, "standard input");
        try (RouterClient client = router.open()) {
            for (String line = next(lines); line != null && !isCommand("/exit", line); line = next(lines)) {
                if (isCommand("/clear", line)) {
                    clear();
                } else if (!line.isBlank()) {
                    turn(client, options, line);
                }
            }
        }
        return 0;
    }

    /** Only a terminal has commands: a line from a pipe may look like one, and nobody would notice the mistake. */
    private boolean isCommand(String command, String line) {
        return terminal.in() && line.strip().equals(command);
    }

    private @Nullable String next(TextLines lines) throws IOException {
        if (terminal.in()) {
            System.err.print("> ");
            System.err.flush();
        }
        return lines.next();
    }

    private void clear() {
        conversation.clear();
        if (system != null) {
            conversation.add(Chats.message("system", system));
        }
    }

    private void turn(RouterClient client, GenerateRequest options, String line) {
        conversation.add(Chats.message("user", line));
        try {
            var answer = new AnswerPrinter(System.out, terminal).print(client, request(options));
            conversation.add(Chats.message("assistant", answer.text()));
            if (trace) {
                AnswerSummary summary = new AnswerSummary(answer.finished());
                System.err.println(summary.text());
                System.err.print(summary.waterfall());
            }
        } catch (RouterException e) {
            conversation.remove(conversation.size() - 1);
            if (!terminal.in()) {
                throw e;
            }
            System.err.println("speckv: " + told(e));
        }
    }

    private String told(RouterException failure) {
        return command == null
                ? String.valueOf(failure.getMessage())
                : FieldOptions.told(failure, command.commandLine().getParseResult());
    }

    private GenerateRequest request(GenerateRequest options) {
        return options.toBuilder()
                .setPrompt(Prompt.newBuilder().setChat(Chat.newBuilder().addAllMessages(conversation)))
                .build();
    }

    private GenerateRequest options() throws IOException {
        return GenerateRequest.newBuilder()
                .setModel(router.model())
                .setMethod(method.toProto())
                .setProtection(protection.toProto())
                .setSampling(sampling.toProto())
                .build();
    }
}
