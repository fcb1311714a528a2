package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.Eviction;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.engine.torch.PromptPass;
import io.speckv.selection.cache.FullCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small real models, as folders and as GGUF files, against what transformers answers: {@code golden/real/models}. */
@Tag("numerics")
class RealModelsTest {
    private static final Path GOLDEN = Path.of(System.getProperty("speckv.golden"));
    private static final String JSON = ".json";

    static Stream<String> recorded() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN.resolve("real/models"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void greedyTokensInFloat32AreThoseOfTransformers(String file) throws IOException {
        String name = file.substring(0, file.length() - JSON.length());
        Path target = GOLDEN.resolve("target");
        Path model = Stream.of(target.resolve(name), target.resolve(name + ".gguf"))
                .filter(Files::exists)
                .findFirst()
                .orElse(target);
        assumeTrue(!model.equals(target), "golden/real/fetch makes the models of this test; it needs Python 3");
        JsonNode golden = new ObjectMapper()
                .readTree(GOLDEN.resolve("real/models").resolve(file).toFile());
        try (DecoderModel opened = DecoderModel.open(model, ModelOptions.DEFAULTS.withPrecision(Precision.FP32))) {
            for (JsonNode each : golden.get("greedy")) {
                int[] prompt = GoldenRun.ints(each.get("prompt"));
                int[] tokens = GoldenRun.ints(each.get("tokens"));
                assertThat(greedy(opened, prompt, tokens.length))
                        .as("%s after %d tokens", name, prompt.length)
                        .isEqualTo(tokens);
            }
        }
    }

    private static int[] greedy(DecoderModel model, int[] prompt, int count) {
        int[] tokens = new int[count];
        try (KvArena arena = model.newArena(1, prompt.length + count)) {
            KvSlot slot = arena.take();
            float[] next;
            try (PromptPass pass =
                    PromptPass.start(model, slot, new Eviction(new FullCache(), prompt.length, 0, false))) {
                pass.feed(prompt, true, YieldPoint.NONE);
                next = pass.lastLogits(1)[0];
            }
            for (int i = 0; i < count; i++) {
                tokens[i] = Greedy.token(next);
                next = DecodeStep.run(model, List.of(slot), new int[] {tokens[i]})[0];
            }
        }
        return tokens;
    }
}
