package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.bench.gguf.GgufType;
import io.speckv.bench.gguf.GgufWriter;
import io.speckv.cli.CommandRun;
import io.speckv.cli.options.LocalPairArguments;
import io.speckv.cli.options.ModelArguments;
import io.speckv.evals.MethodOverrides;
import io.speckv.evals.PairIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Which pairs of this process are one and the same to a folder of results. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class LocalPairTest {
    private static final Path MODELS =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("models");
    private static final Path DRAFT = MODELS.resolve("speckv-tiny-draft");

    @TempDir
    Path folder;

    private Path target = Path.of("");

    @Command(name = "opens")
    private static final class Opens {
        @Mixin
        ModelArguments models = new ModelArguments();
    }

    @BeforeEach
    void copyTheTarget() throws IOException {
        target = Files.createDirectories(folder.resolve("target"));
        for (String name : List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(MODELS.resolve("speckv-tiny-target").resolve(name), target.resolve(name));
        }
    }

    private static PairIdentity identity(Path target, Path draft) throws IOException {
        ModelArguments fp32 = CommandLine.populateCommand(new Opens(), "--dtype=fp32").models;
        try (LocalPair pair =
                LocalPair.open(LocalPairArguments.of(target, draft, fp32), new MethodOverrides(Map.of()), List.of())) {
            return pair.identity();
        }
    }

    private List<String> changedBy(IoAction change) throws IOException {
        PairIdentity before = identity(target, DRAFT);
        change.run();
        PairIdentity after = identity(target, DRAFT);
        return before.parts().keySet().stream()
                .filter(part ->
                        !Objects.equals(before.parts().get(part), after.parts().get(part)))
                .sorted()
                .toList();
    }

    private interface IoAction {
        void run() throws IOException;
    }

    @Test
    void isAnotherOneIfAWeightFarFromTheBeginningOfItsFileIsAnother() throws IOException {
        assertThat(changedBy(() -> {
                    byte[] weights = Files.readAllBytes(target.resolve("model.safetensors"));
                    for (int i = 6 << 20; i < weights.length; i++) {
                        weights[i] ^= 1;
                    }
                    Files.write(target.resolve("model.safetensors"), weights);
                }))
                .containsExactly("target");
    }

    @Test
    void isAnotherOneIfItsTokenizerIsAnother() throws IOException {
        assertThat(changedBy(() -> {
                    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
                        Path file = target.resolve(name);
                        Files.writeString(file, Files.readString(file).replace("<|im_start|>", "<|im_begin|>"));
                    }
                }))
                .contains("target's tokenizer")
                .doesNotContain("target", "draft's tokenizer");
    }

    @Test
    void isAnotherOneIfItsChatTemplateIsAnother() throws IOException {
        assertThat(changedBy(() -> Files.writeString(
                        target.resolve("chat_template.jinja"),
                        "{% for m in messages %}Q: {{ m.content }}{% endfor %}")))
                .containsExactly("chat template");
    }

    @Test
    void isTheSameOneWhereverItsFilesAre() throws IOException {
        Path elsewhere = folder.resolve("elsewhere");
        PairIdentity before = identity(target, DRAFT);
        Files.move(target, elsewhere);

        assertThat(identity(elsewhere, DRAFT)).isEqualTo(before);
    }

    @Test
    void ofGgufFilesIsMeasuredAndItsRunGoesOn() throws IOException {
        Path targetFile = folder.resolve("target.gguf");
        Path draftFile = folder.resolve("draft.gguf");
        GgufWriter.writeWithTokenizer(target, GgufType.F32, targetFile);
        GgufWriter.writeWithTokenizer(DRAFT, GgufType.F32, draftFile);
        String[] pair = {
            "pair",
            targetFile.toString(),
            draftFile.toString(),
            "--samples=1",
            "--length=300",
            "--max-new-tokens=2",
            "--budgets=64",
            "--methods=snapkv",
            "--out=" + folder.resolve("out")
        };

        CommandRun first = CommandRun.of(pair);
        assertThat(first.status()).as(first.err()).isZero();
        CommandRun again = CommandRun.of(pair);
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(again.err()).contains("2 of 2 answers");
        assertThat(Files.readAllLines(EvalArguments.journal(folder.resolve("out"))))
                .hasSize(2);
    }
}
