package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.GoldenFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every tensor of a quantised folder in turn taken away, emptied, or given another shape or number format: either the model is
 * the same, or one sentence names file and tensor, and what would be right.
 */
class DamagedQuantizedFoldersTest {
    /** Of each format that fixtures have, one as long that nothing is stored in there. */
    private static final Map<String, String> OTHER_OF_A_SIZE = Map.of(
            "F32", "U32", "F16", "U16", "BF16", "U16", "I32", "U32", "I64", "U64", "I8", "BOOL", "U8", "BOOL",
            "F8_E4M3", "BOOL");

    private static final Pattern LIKE_OTHERS = Pattern.compile("layers\\.1\\.|\\.([qvo]|gate)_proj");

    @TempDir
    Path temp;

    private interface Damage {
        void to(ModelFolder folder, String tensor) throws IOException;
    }

    @ParameterizedTest
    @MethodSource("io.speckv.engine.GoldenFamily#quantized")
    void aDamagedTensorIsNamedOrChangesNothing(GoldenFamily golden) throws IOException {
        Map<String, float[]> before;
        try (Checkpoint checkpoint = Checkpoint.open(golden.folder())) {
            before = checkpoint.weights();
        }
        JsonNode header = new ModelFolder(golden.folder()).header();
        List<String> wrong = new ArrayList<>();
        int damaged = 0;
        for (Map.Entry<String, JsonNode> tensor : header.properties()) {
            if (!tensor.getKey().equals("__metadata__")
                    && !LIKE_OTHERS.matcher(tensor.getKey()).find()) {
                Map<String, Damage> damages = damages(tensor.getValue());
                if (golden.toString().equals("fp8-tensor-fused")
                        && tensor.getKey().endsWith("_scale")) {
                    // A single scale of all of them is right as well.
                    damages.keySet().removeAll(Set.of("of one number", "of half as many"));
                }
                for (Map.Entry<String, Damage> damage : damages.entrySet()) {
                    Path copy = Files.createDirectory(temp.resolve(String.valueOf(damaged++)));
                    ModelFolder folder = ModelFolder.copyOf(golden.folder(), copy);
                    damage.getValue().to(folder, tensor.getKey());
                    fault(copy, tensor.getKey(), before)
                            .ifPresent(what -> wrong.add(tensor.getKey() + " " + damage.getKey() + ": " + what));
                }
            }
        }
        assertThat(damaged).isGreaterThan(50);
        assertThat(wrong).isEmpty();
    }

    /** What is wrong with how a damaged folder is read; empty if nothing is. */
    private static Optional<String> fault(Path folder, String tensor, Map<String, float[]> before) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            Map<String, float[]> weights = checkpoint.weights();
            return before.entrySet().stream()
                    .filter(each -> !Arrays.equals(each.getValue(), weights.get(each.getKey())))
                    .map(each -> "other numbers in " + each.getKey())
                    .findFirst();
        } catch (CheckpointException e) {
            String message = String.valueOf(e.getMessage());
            boolean named = message.startsWith(folder.toString())
                    && message.contains(tensor)
                    && message.contains(": expected ")
                    && message.contains(", found ");
            return named ? Optional.empty() : Optional.of(message);
        } catch (RuntimeException e) {
            return Optional.of(e.toString());
        }
    }

    private static Map<String, Damage> damages(JsonNode tensor) {
        String dtype = tensor.get("dtype").textValue();
        long[] shape = StreamSupport.stream(tensor.get("shape").spliterator(), false)
                .mapToLong(JsonNode::longValue)
                .toArray();
        long numbers = LongStream.of(shape).reduce(1, Math::multiplyExact);
        Map<String, Damage> damages = new LinkedHashMap<>();
        damages.put(
                "gone", (folder, name) -> folder.editHeader(header -> header.set(name + ".gone", header.remove(name))));
        damages.put("of no numbers", (folder, name) -> folder.replaceByZeros(name, dtype, 0));
        damages.put("with an axis more", reshaped(LongStream.concat(LongStream.of(shape), LongStream.of(1))));
        damages.put("in one row", reshaped(LongStream.of(1, numbers)));
        if (numbers > 1) {
            damages.put("of one number", (folder, name) -> folder.replaceByZeros(name, dtype));
            long[] half = shape.clone();
            half[shape.length - 1] /= 2;
            damages.put("of half as many", (folder, name) -> folder.replaceByZeros(name, dtype, half));
            long[] twice = shape.clone();
            twice[0] *= 2;
            damages.put("of twice as many", (folder, name) -> folder.replaceByZeros(name, dtype, twice));
        }
        if (shape.length > 1) {
            damages.put("without axes", reshaped(LongStream.of(numbers)));
            damages.put(
                    "turned", reshaped(IntStream.rangeClosed(1, shape.length).mapToLong(i -> shape[shape.length - i])));
        }
        damages.put(
                "in another format",
                (folder, name) -> folder.editHeader(header -> ((ObjectNode) header.get(name))
                        .put("dtype", Objects.requireNonNull(OTHER_OF_A_SIZE.get(dtype)))));
        return damages;
    }

    private static Damage reshaped(LongStream sizes) {
        long[] shape = sizes.toArray();
        return (folder, name) -> folder.editHeader(
                header -> LongStream.of(shape).forEach(((ObjectNode) header.get(name)).putArray("shape")::add));
    }
}
