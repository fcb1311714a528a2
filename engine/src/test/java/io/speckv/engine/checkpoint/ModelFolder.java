package io.speckv.engine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.checkpoint.config.ModelConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A writable copy of one of the tiny golden models, for tests that damage it. */
public record ModelFolder(Path path) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    public static Path golden(String model) {
        return Path.of(Objects.requireNonNull(System.getProperty("speckv.golden")), "models", model);
    }

    public static ModelFolder copyOf(String model, Path into) {
        return copyOf(golden(model), into);
    }

    public static ModelFolder copyOf(Path folder, Path into) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Path copy = into.resolve(file.getFileName());
                Files.write(copy, Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ModelFolder(into);
    }

    Path weights() {
        return path.resolve(FolderWeights.WEIGHTS);
    }

    public Path config() {
        return path.resolve(ModelConfig.CONFIG);
    }

    public void editConfig(Consumer<ObjectNode> edit) throws IOException {
        editJson(config(), edit);
    }

    public void editGeneration(Consumer<ObjectNode> edit) throws IOException {
        editJson(path.resolve(ModelConfig.GENERATION_CONFIG), edit);
    }

    void editSettings(String file, Consumer<ObjectNode> edit) throws IOException {
        editJson(path.resolve(file), edit);
    }

    /** Puts zeros of another shape in the place of a tensor, whose data keep a name of their own. */
    void replaceByZeros(String tensor, String dtype, long... shape) throws IOException {
        editHeader(header -> header.set(tensor + ".replaced", header.remove(tensor)));
        addZeros(tensor, dtype, shape);
    }

    /** Adds a tensor of zeros; without sizes, of a single one. */
    void addZeros(String tensor, String dtype, long... shape) throws IOException {
        int size =
                Math.toIntExact(Arrays.stream(shape).reduce(Dtype.valueOf(dtype).bytes(), Math::multiplyExact));
        editHeader(header -> {
            long end = 0;
            for (JsonNode entry : header) {
                end = Math.max(end, entry.at("/data_offsets/1").longValue());
            }
            ObjectNode zeros = header.putObject(tensor).put("dtype", dtype);
            Arrays.stream(shape).forEach(zeros.putArray("shape")::add);
            zeros.putArray("data_offsets").add(end).add(end + size);
        });
        Files.write(weights(), new byte[size], StandardOpenOption.APPEND);
    }

    /** The JSON header. */
    JsonNode header() throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(weights())).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[(int) file.getLong()];
        file.get(header);
        return MAPPER.readTree(header);
    }

    /** Changes the JSON header and keeps the data. */
    void editHeader(Consumer<ObjectNode> edit) throws IOException {
        editHeaderText(text -> {
            try {
                ObjectNode header = (ObjectNode) MAPPER.readTree(text);
                edit.accept(header);
                return header.toString();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Changes the bytes of the JSON header and keeps the data. */
    public void editHeaderText(UnaryOperator<String> edit) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(weights())).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[(int) file.getLong()];
        file.get(header);
        byte[] edited = edit.apply(new String(header, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(Long.BYTES + edited.length + file.remaining())
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(edited.length).put(edited).put(file);
        Files.write(weights(), out.array());
    }

    /** Changes the 8 bytes that say how long the header is. */
    void lieAboutHeaderLength(long length) throws IOException {
        byte[] bytes = Files.readAllBytes(weights());
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        Files.write(weights(), bytes);
    }

    /** Splits the weights into two shards, every second tensor to the second one, and writes the index. */
    void shard() throws IOException {
        ObjectNode index = MAPPER.createObjectNode();
        ObjectNode weightMap = index.putObject("weight_map");
        try (Checkpoint whole = Checkpoint.open(path)) {
            List<String> names =
                    WeightLayout.of(whole.shape()).keySet().stream().toList();
            for (int shard = 0; shard < 2; shard++) {
                String file = "model-0000" + (shard + 1) + "-of-00002.safetensors";
                List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
                for (int i = shard; i < names.size(); i += 2) {
                    tensors.add(tensorOf(whole, names.get(i)));
                    weightMap.put(names.get(i), file);
                }
                SafetensorsWriter.write(path.resolve(file), tensors);
            }
        }
        Files.delete(weights());
        Files.writeString(path.resolve(FolderWeights.INDEX), index.toString());
    }

    static SafetensorsWriter.Tensor tensorOf(Checkpoint checkpoint, String name) {
        TensorEntry entry = checkpoint.tensor(name);
        ByteBuffer bytes = checkpoint.bytes(entry);
        return new SafetensorsWriter.Tensor(
                name,
                entry.type(),
                entry.shape(),
                i -> entry.type().get(bytes, (int) i * entry.type().bytes()));
    }

    private static void editJson(Path file, Consumer<ObjectNode> edit) throws IOException {
        ObjectNode json = (ObjectNode) MAPPER.readTree(Files.readString(file));
        edit.accept(json);
        Files.writeString(file, json.toString());
    }
}
