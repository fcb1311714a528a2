package io.speckv.evals.importance;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.WeightLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies with noise, of every family, format of quantised weights, and GGUF file. */
class NoisyCheckpointTest {
    private static final Path GOLDEN = Path.of(System.getProperty("speckv.golden"));

    @TempDir
    Path temp;

    static Stream<Path> models() throws IOException {
        try (Stream<Path> families = Files.list(GOLDEN.resolve("families"));
                Stream<Path> quantized = Files.list(GOLDEN.resolve("quantized"))) {
            return Stream.concat(families, quantized)
                    .flatMap(folder -> Stream.of(folder, folder.resolve("model.gguf")))
                    .filter(Files::exists)
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void withoutNoiseTheCopyIsTheModel(Path model) throws IOException {
        NoisyCheckpoint.write(model, temp.resolve("copy"), 0, 1);
        try (Checkpoint before = Checkpoint.open(model);
                Checkpoint copy = Checkpoint.open(temp.resolve("copy"))) {
            assertThat(copy.shape()).isEqualTo(before.shape());
            assertThat(copy.endTokens()).isEqualTo(before.endTokens());
            Map<String, float[]> found = copy.weights();
            before.weights()
                    .forEach((name, numbers) ->
                            assertThat(found.get(name)).as(name).isEqualTo(numbers));
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void noiseIsOnMatricesAlone(Path model) throws IOException {
        NoisyCheckpoint.write(model, temp.resolve("copy"), 0.1, 1);
        try (Checkpoint before = Checkpoint.open(model);
                Checkpoint copy = Checkpoint.open(temp.resolve("copy"))) {
            Map<String, float[]> expected = before.weights();
            Map<String, float[]> found = copy.weights();
            WeightLayout.of(before.shape()).forEach((name, size) -> {
                float[] numbers = Objects.requireNonNull(expected.get(name), name);
                if (size.length == 1) {
                    assertThat(found.get(name)).as(name).isEqualTo(numbers);
                } else {
                    assertThat(found.get(name)).as(name).isNotEqualTo(numbers);
                }
            });
        }
    }
}
