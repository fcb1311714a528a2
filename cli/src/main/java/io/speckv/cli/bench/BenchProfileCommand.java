package io.speckv.cli.bench;

import io.speckv.bench.EngineProfile;
import io.speckv.bench.EngineProfile.Part;
import io.speckv.bench.ModelSize;
import io.speckv.bench.RandomCheckpoint;
import io.speckv.cli.options.ModelArguments;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.torch.DecoderModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows where prefill and decode spend their time. */
@Command(
        name = "profile",
        mixinStandardHelpOptions = true,
        description = "What prefill and decode spend their time on, for random weights of a real shape. Tracing takes a"
                + " microsecond an operator.")
final class BenchProfileCommand implements Callable<Integer> {
    @Option(names = "--shape", defaultValue = "qwen2.5-0.5b", description = "shape of the model (${DEFAULT-VALUE})")
    String shape = "qwen2.5-0.5b";

    @Option(
            names = "--prompt",
            converter = Numbers.AtLeastOne.class,
            split = ",",
            defaultValue = "512,2048",
            description = "lengths (${DEFAULT-VALUE})")
    int[] prompts = {};

    @Mixin
    ModelArguments models = new ModelArguments();

    @Option(
            names = "--weights",
            converter = OptionPaths.OutputFolder.class,
            paramLabel = "DIR",
            description = "where random weights are kept (temporary folder)")
    Path weights = Path.of(System.getProperty("java.io.tmpdir"), "speckv-bench");

    @Override
    public Integer call() throws IOException {
        if (models.options().device().isGpu()) {
            throw new WrongInputException("--device is " + models.options().device()
                    + ", whose operators are only begun where they are traced: profiles are of CPUs");
        }
        ModelSize size = WrongInputException.ifRefused(() -> ModelSize.parse(shape));
        try (DecoderModel model = DecoderModel.open(RandomCheckpoint.of(size, weights), models.options())) {
            System.out.printf(
                    "%s %s: %s%n", size, model.precision(), model.way().sentence());
            System.out.println("                 prod-  round- atten- norms, gates,        dis-");
            System.out.println("         ms      ucts   ing    tion   rope   sums   copies patch");
            for (int prompt : prompts) {
                print("prefill of " + prompt, EngineProfile.ofPrefill(model, prompt));
                print("decode after " + prompt, EngineProfile.ofDecode(model, prompt));
            }
        }
        return 0;
    }

    private static void print(String what, EngineProfile profile) {
        StringBuilder line = new StringBuilder("%9.1f     ".formatted(profile.seconds() * 1e3));
        for (Part part : Part.values()) {
            line.append("%4.0f%%  ".formatted(profile.share(part) * 100));
        }
        System.out.println(line + what);
    }
}
