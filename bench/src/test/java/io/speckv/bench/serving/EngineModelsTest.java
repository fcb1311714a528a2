package io.speckv.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.bench.ModelSize;
import io.speckv.bench.gguf.GgufType;
import io.speckv.bench.serving.EngineModels.Shapes;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A target of 1024 tokens and a draft, with a tokenizer of 264. */
class EngineModelsTest {
    private static final Path GOLDEN = Path.of(System.getProperty("speckv.golden"));
    private static final Path SMALL = GOLDEN.resolve("models/llama-target");
    private static final Path LARGE = GOLDEN.resolveSibling("models/speckv-tiny-target");
    private static final Shapes SHAPES =
            new Shapes(ModelSize.parse("tiny"), ModelSize.parse("qwen2.5-60m-1l"), GgufType.Q8_0);

    @TempDir
    Path folder;

    @Test
    void everyTokenOfBothModelsHasAText() throws IOException {
        EngineModels models = EngineModels.in(folder, SHAPES, SMALL);
        try (Tokenizer target = Tokenizer.open(models.target());
                Tokenizer draft = Tokenizer.open(models.draft());
                Tokenizer before = Tokenizer.open(SMALL)) {
            assertThat(target.vocabSize()).isEqualTo(1024);
            assertThat(draft.fingerprint()).isEqualTo(target.fingerprint());
            assertThat(target.decode(new int[] {257, 264, 1023}, SpecialTokens.INCLUDED))
                    .isEqualTo("<|end_of_text|>[264][1023]");
            for (int id = 0; id < 1024; id++) {
                assertThat(target.decode(new int[] {id}, SpecialTokens.INCLUDED))
                        .as("token %d", id)
                        .isNotEmpty();
            }
            String text = "<|user|>The sky is [300].<|end_of_turn|>";
            assertThat(target.encode(text, SpecialTokens.EXCLUDED).ids())
                    .as("texts keep their tokens")
                    .isEqualTo(before.encode(text, SpecialTokens.EXCLUDED).ids());
        }
    }

    @Test
    void modelsHaveTheirShapesAndOneVocabulary() throws IOException {
        EngineModels models = EngineModels.in(folder, SHAPES, SMALL);
        try (Checkpoint target = Checkpoint.open(models.target());
                Checkpoint gguf = Checkpoint.open(models.gguf());
                Checkpoint draft = Checkpoint.open(models.draft())) {
            assertThat(target.shape()).isEqualTo(SHAPES.target().shape());
            assertThat(gguf.shape())
                    .as("GGUF has fewer digits")
                    .usingRecursiveComparison()
                    .withEqualsForType((one, other) -> Math.abs(one - other) < 1e-9, Double.class)
                    .isEqualTo(target.shape());
            assertThat(gguf.weightsFormat()).contains("q8_0");
            assertThat(draft.shape().vocabSize()).isEqualTo(1024);
            assertThat(draft.shape().layers()).isEqualTo(1);
        }
        assertThat(models.gguf()).hasFileName("random-tiny-q8_0.gguf");
    }

    @Test
    void whatIsThereIsNotWrittenAgain() throws IOException {
        EngineModels models = EngineModels.in(folder, SHAPES, SMALL);
        List<Path> files = List.of(
                models.target().resolve("model.safetensors"),
                models.target().resolve("tokenizer.json"),
                models.draft().resolve("tokenizer.json"),
                models.gguf());
        FileTime before = FileTime.fromMillis(0);
        for (Path file : files) {
            Files.setLastModifiedTime(file, before);
        }
        assertThat(EngineModels.in(folder, SHAPES, SMALL)).isEqualTo(models);
        for (Path file : files) {
            assertThat(Files.getLastModifiedTime(file)).as(file.toString()).isEqualTo(before);
        }
    }

    @Test
    void whatAnEarlierRunLeftHalfIsCompleted() throws IOException {
        EngineModels models = EngineModels.in(folder, SHAPES, SMALL);
        Path tokenizer = models.draft().resolve("tokenizer.json");
        byte[] whole = Files.readAllBytes(tokenizer);
        Files.delete(tokenizer);
        Files.writeString(models.draft().resolve("tokenizer.json.partial"), "{");
        EngineModels.in(folder, SHAPES, SMALL);
        assertThat(tokenizer).hasBinaryContent(whole);
        assertThat(models.draft().resolve("tokenizer.json.partial")).doesNotExist();
    }

    @Test
    void aTokenizerThatIsLargerThanTheShapeIsRefused() {
        assertThatThrownBy(() -> EngineModels.in(folder, SHAPES, LARGE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(LARGE + " has the token 2559, the shape has 1024 tokens: choose another tokenizer");
    }
}
