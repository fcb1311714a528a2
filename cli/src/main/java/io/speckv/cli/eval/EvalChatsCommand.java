package io.speckv.cli.eval;

import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.EvalPrompt;
import io.speckv.evals.EvalSample;
import io.speckv.evals.ruler.ChatNeedles;
import io.speckv.evals.ruler.ChatTask;
import io.speckv.kit.wire.ProtectionNames;
import io.speckv.proto.v1.Protection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what protecting a chat's structure gains. */
@Command(
        name = "chats",
        mixinStandardHelpOptions = true,
        description =
                "Chats with system rules, tool definitions and a document, with their structure protected and not.")
final class EvalChatsCommand implements Callable<Integer> {
    @Mixin
    final EvalArguments eval = new EvalArguments();

    @Option(
            names = "--tasks",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "chat_document,chat_system,chat_tool",
            description = "tasks (${DEFAULT-VALUE}); there is chat_form besides, for models that follow instructions")
    List<String> tasks = List.of();

    @Option(
            names = "--protect",
            split = ",",
            paramLabel = "RULE",
            defaultValue = "none,structure",
            description = "what of the chats stays whatever its scores, each in turn (${DEFAULT-VALUE})")
    List<String> rules = List.of();

    @Option(
            names = "--lengths",
            split = ",",
            paramLabel = "TOKENS",
            converter = TokenCount.class,
            defaultValue = "2k",
            description = "tokens of prompt and answer, in the target's vocabulary (${DEFAULT-VALUE})")
    List<Integer> lengths = List.of();

    @Option(
            names = "--samples",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "100",
            description = "chats of a task and length (${DEFAULT-VALUE})")
    int samples = 100;

    @Mixin
    final RulerArguments ruler = new RulerArguments();

    @Override
    public Integer call() throws IOException {
        List<ChatTask> chosen = WrongInputException.ifRefused(
                () -> tasks.stream().map(ChatTask::of).toList());
        rules = rules.stream().distinct().toList();
        List<Protection> protections =
                rules.stream().map(EvalChatsCommand::protection).toList();
        if (eval.router == null) {
            throw new WrongInputException(
                    "what stays of a chat is the router's work; start ./speckv up and give --router localhost:9000");
        }
        try (EvaluatedPair pair = eval.open()) {
            if (!pair.prompts().hasChatTemplate()) {
                throw new WrongInputException("the target has no chat template; give --target a folder that has one");
            }
            ServedPair served = (ServedPair) pair;
            List<EvalVariant> variants = new ArrayList<>();
            for (int i = 0; i < protections.size(); i++) {
                variants.add(new EvalVariant(rules.get(i), served.generator(protections.get(i))));
            }
            List<String> notes = new ArrayList<>(ruler.notes());
            notes.add(
                    "none: no token of a chat is protected; structure: template, rules, definitions and last turn are,"
                            + " within their share of the budget");
            eval.run("Chats", pair, variants, draw(pair, chosen), notes, List.of(samples + " chats a cell"));
        }
        return 0;
    }

    private static Protection protection(String rule) {
        if (!ProtectionNames.RULES.containsKey(rule)) {
            throw new WrongInputException("--protect is '" + rule + "'; write none, structure or both with a comma");
        }
        return Protection.newBuilder().setRule(ProtectionNames.RULES.get(rule)).build();
    }

    private List<EvalSample> draw(EvaluatedPair pair, List<ChatTask> chosen) throws IOException {
        ChatNeedles chats = ruler.chats((messages, continuesLast) ->
                pair.prompts().of(new EvalPrompt.Chat("", messages, continuesLast)).length);
        return WrongInputException.ifRefused(() -> {
            List<EvalSample> drawn = new ArrayList<>();
            for (int length : lengths) {
                for (ChatTask task : chosen) {
                    chats.samples(task, length, ruler.seed, samples)
                            .forEach(sample -> drawn.add(EvalSample.of(sample)));
                }
            }
            return drawn;
        });
    }
}
