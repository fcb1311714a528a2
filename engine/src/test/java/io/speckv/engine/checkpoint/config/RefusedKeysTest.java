package io.speckv.engine.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.GoldenFamily;
import io.speckv.engine.checkpoint.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table in docs/checkpoints.md of a folder of each family with one key changed, line by line. */
class RefusedKeysTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TITLE = "| family | changed to | what is said |";

    @TempDir
    Path temp;

    private record Line(String modelType, String key, String value, String sentence) {
        static Line of(String row) {
            String[] cells = row.split("\\|", -1);
            String change = unquoted(cells[2]);
            int colon = change.indexOf(": ");
            return new Line(
                    unquoted(cells[1]), change.substring(0, colon), change.substring(colon + 2), unquoted(cells[3]));
        }

        private static String unquoted(String cell) {
            return cell.strip().replace("`", "");
        }
    }

    static List<Line> lines() throws IOException {
        Path docs = Path.of(Objects.requireNonNull(System.getProperty("speckv.golden")))
                .resolveSibling("docs");
        return Files.readAllLines(docs.resolve("checkpoints.md")).stream()
                .dropWhile(line -> !line.equals(TITLE))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(Line::of)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("lines")
    void theSentenceNamesTheKeyAndWhatWouldBeRight(Line line) throws IOException {
        ModelFolder folder = ModelFolder.copyOf(folderOf(line), temp);
        assertThat(ModelConfig.read(temp).shape().layers()).isPositive();
        Map.Entry<String, String> change = Map.entry(line.key(), line.value());
        folder.editConfig(config -> config.set(change.getKey(), parsed(change.getValue())));
        CheckpointException refused = catchThrowableOfType(CheckpointException.class, () -> ModelConfig.read(temp));
        assertThat(refused).hasMessage(folder.config() + ": " + line.sentence());
    }

    @Test
    void everyFamilyHasALine() throws IOException {
        assertThat(lines().stream().map(Line::modelType))
                .containsAll(Stream.of(Architecture.values())
                        .map(Architecture::modelType)
                        .toList())
                .contains("gpt_oss");
    }

    /** The first folder of a family; one that is no family is any family's folder that says so. */
    private static Path folderOf(Line line) {
        return GoldenFamily.all().stream()
                .map(GoldenFamily::folder)
                .filter(folder ->
                        line.key().equals("model_type") || modelType(folder).equals(line.modelType()))
                .findFirst()
                .orElseThrow();
    }

    private static String modelType(Path folder) {
        return JsonFile.read(folder.resolve(ModelConfig.CONFIG)).requireText("model_type");
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }
}
