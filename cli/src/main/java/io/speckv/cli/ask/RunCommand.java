package io.speckv.cli.ask;

import io.speckv.cli.options.MethodArguments;
import io.speckv.cli.options.ModelArguments;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.PromptArguments;
import io.speckv.cli.options.SamplingArguments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs one method on one prompt in this process, and prints every detail of the run. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Run one method on one prompt in this process, greedily unless --temperature says otherwise.")
public final class RunCommand implements Callable<Integer> {
    @Option(
            names = "--target",
            converter = OptionPaths.Input.class,
            required = true,
            paramLabel = "DIR",
            description = "checkpoint of the target model: a folder or a GGUF file")
    Path target = Path.of("");

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    DraftArguments draft = new DraftArguments();

    @ArgGroup(exclusive = true, multiplicity = "1")
    PromptArguments prompt = new PromptArguments();

    @Option(names = "--chat", description = "the prompt is a user's message in the model's chat format")
    boolean chat;

    @Mixin
    MethodArguments method = new MethodArguments();

    @Mixin
    ModelArguments models = new ModelArguments();

    @Mixin
    SamplingArguments sampling = new SamplingArguments(64);

    @Option(names = "--json", description = "print one JSON object")
    boolean json;

    @Override
    public Integer call() throws IOException {
        LocalAnswer answer = new LocalGeneration(target, draft, models.options(), chat)
                .run(prompt, method.method(), sampling.settings(), text -> {});
        System.out.println(json ? answer.json() : answer.text());
        answer.hint();
        return 0;
    }
}
