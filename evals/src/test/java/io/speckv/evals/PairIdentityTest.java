package io.speckv.evals;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairIdentityTest {
    @TempDir
    Path folder;

    @Test
    void aFolderBelongsToOnePairAndItsSettings() throws IOException {
        Path target = checkpoint("target", "abc");
        Path draft = checkpoint("draft", "def");
        Path out = folder.resolve("out");
        PairIdentity.of(target, draft, "FP32", "{}").claim(out);
        assertThatCode(() -> PairIdentity.of(target, draft, "FP32", "{}").claim(out))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> PairIdentity.of(target, draft, "BF16", "{a=1}").claim(out))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another precision, settings");
        Files.writeString(target.resolve("model.safetensors"), "abd");
        assertThatThrownBy(() -> PairIdentity.of(target, draft, "FP32", "{}").claim(out))
                .hasMessageContaining("another target");
    }

    private Path checkpoint(String name, String weights) throws IOException {
        Path made = Files.createDirectories(folder.resolve(name));
        Files.writeString(made.resolve("config.json"), "{}");
        Files.writeString(made.resolve("model.safetensors"), weights);
        return made;
    }
}
