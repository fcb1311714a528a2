package io.speckv.evals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairIdentityTest {
    private static final Path FAMILIES =
            Path.of(System.getProperty("speckv.golden")).resolve("families");

    @TempDir
    Path folder;

    private static String of(Path model) {
        try (Checkpoint open = Checkpoint.open(model)) {
            return PairIdentity.of(open);
        }
    }

    private static PairIdentity pair(String target, String settings) {
        return new PairIdentity(Map.of("target", target, "draft", "d", "settings", settings));
    }

    @Test
    void aFolderBelongsToOnePairAndItsSettings() throws IOException {
        Path out = folder.resolve("out");
        pair("a", "{}").claim(out);

        assertThatCode(() -> pair("a", "{}").claim(out)).doesNotThrowAnyException();
        assertThatThrownBy(() -> pair("b", "{a=1}").claim(out))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        out
                                + " holds the results of a run with another settings, target; give another --out, or delete it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-biases", "llama-biases/model.gguf", "gemma3-plain/model.gguf"})
    void aModelIsAFolderOrAFileAndTheSameEachTimeItIsOpened(String name) {
        assertThat(of(FAMILIES.resolve(name))).isNotEmpty().isEqualTo(of(FAMILIES.resolve(name)));
        assertThat(of(FAMILIES.resolve(name))).isNotEqualTo(of(FAMILIES.resolve("smollm3/model.gguf")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"rope_theta\": 10000.0|\"rope_theta\": 20000.0", "\"eos_token_id\": 2|\"eos_token_id\": 3"})
    void theSameWeightsWithAnotherConfigAreAnotherModel(String change) throws IOException {
        Path model = FAMILIES.resolve("llama-biases");
        Files.copy(model.resolve("model.safetensors"), folder.resolve("model.safetensors"));
        String config = Files.readString(model.resolve("config.json"));
        Files.writeString(folder.resolve("config.json"), config);
        String same = of(folder);
        Files.writeString(
                folder.resolve("config.json"),
                config.replace(change.substring(0, change.indexOf('|')), change.substring(change.indexOf('|') + 1)));

        assertThat(of(folder)).isNotEqualTo(same);
    }
}
