package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.torch.DecoderModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
                assertThat(GreedyTokens.after(opened, prompt, tokens.length))
                        .as("%s after %d tokens", name, prompt.length)
                        .isEqualTo(tokens);
            }
        }
    }
}
