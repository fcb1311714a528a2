package io.speckv.bench.gguf;

import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.GgufNaming;
import io.speckv.engine.checkpoint.TensorEntry;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.config.Architecture;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.engine.checkpoint.config.Rope;
import io.speckv.engine.checkpoint.config.RopeScaling;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Writes a Hugging Face folder as a GGUF file for llama.cpp. The vocabulary has made-up texts for comparisons on token ids, or
 * is the folder's own for a server.
 *
 * <p>Source: the GGUF specification and {@code convert_hf_to_gguf.py} of llama.cpp.
 */
public final class GgufWriter {
    private static final int CHUNK_BYTES = 1 << 20;

    private GgufWriter() {}

    /**
     * Writes the file with a made-up vocabulary, row by row. The file gets its name only when it is complete.
     *
     * @param type of the matrices; vectors are always F32
     * @throws io.speckv.engine.CheckpointException if the folder is not a sound checkpoint
     * @throws IllegalArgumentException if the rows of a matrix do not divide into blocks of {@code type}
     */
    public static void write(Path folder, GgufType type, Path file) throws IOException {
        write(folder, type, file, GgufVocabulary::madeUp);
    }

    /**
     * Writes the file with the folder's own tokenizer, as {@link #write} does.
     *
     * @throws IllegalArgumentException also if the tokenizer is not a byte-level BPE
     */
    public static void writeWithTokenizer(Path folder, GgufType type, Path file) throws IOException {
        write(folder, type, file, GgufVocabulary::read);
    }

    /** Makes the vocabulary of a checkpoint. */
    @FunctionalInterface
    private interface VocabularySource {
        GgufVocabulary of(Checkpoint checkpoint) throws IOException;
    }

    private static void write(Path folder, GgufType type, Path file, VocabularySource vocabulary) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            List<GgufTensor> tensors = tensors(checkpoint, type);
            byte[] header = header(checkpoint, type, vocabulary.of(checkpoint)).bytes(tensors);
            try (FileChannel out = FileChannel.open(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                writeFully(out, ByteBuffer.wrap(header));
                for (GgufTensor tensor : tensors) {
                    writeTensor(out, tensor);
                }
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private static GgufHeader header(Checkpoint checkpoint, GgufType type, GgufVocabulary vocabulary) {
        ModelShape shape = checkpoint.shape();
        String arch = shape.architecture().modelType();
        GgufHeader header = new GgufHeader()
                .put("general.architecture", arch)
                .put("general.name", String.valueOf(checkpoint.folder().getFileName()))
                .put("general.file_type", type.fileType())
                .put("general.alignment", GgufHeader.ALIGNMENT_BYTES)
                .put(arch + ".vocab_size", shape.vocabSize())
                .put(arch + ".block_count", shape.layers())
                .put(arch + ".context_length", shape.maxPositions())
                .put(arch + ".embedding_length", shape.hiddenSize())
                .put(arch + ".feed_forward_length", shape.intermediateSize())
                .put(arch + ".attention.head_count", shape.heads())
                .put(arch + ".attention.head_count_kv", shape.kvHeads())
                .put(arch + ".attention.key_length", shape.headDim())
                .put(arch + ".attention.value_length", shape.headDim())
                .put(arch + ".attention.layer_norm_rms_epsilon", shape.rmsNormEps())
                .put(arch + ".rope.dimension_count", shape.headDim())
                .put(arch + ".rope.freq_base", shape.rope().theta());
        vocabulary.put(header, shape.architecture());
        return header;
    }

    private static List<GgufTensor> tensors(Checkpoint checkpoint, GgufType type) {
        ModelShape shape = checkpoint.shape();
        List<GgufTensor> tensors = new ArrayList<>();
        if (shape.rope().scaling() instanceof RopeScaling.Llama3) {
            tensors.add(ropeFactors(shape));
        }
        for (String name : WeightLayout.of(shape).keySet()) {
            tensors.add(tensor(checkpoint, checkpoint.tensor(name), type));
        }
        return tensors;
    }

    /** Returns the factors by which llama3 scaling lengthens each wavelength {@code [headDim / 2]}. */
    private static GgufTensor ropeFactors(ModelShape shape) {
        float[] scaled = shape.rope().inverseFrequencies(shape.headDim(), 1);
        float[] plain = Rope.plain(shape.rope().theta()).inverseFrequencies(shape.headDim(), 1);
        return new GgufTensor("rope_freqs.weight", GgufType.F32, 1, 1, plain.length, (row, into) -> {
            for (int i = 0; i < into.length; i++) {
                into[i] = plain[i] / scaled[i];
            }
        });
    }

    private static GgufTensor tensor(Checkpoint checkpoint, TensorEntry entry, GgufType type) {
        int axes = entry.shape().length;
        int columns = Math.toIntExact(entry.shape()[axes - 1]);
        int rows = axes == 1 ? 1 : Math.toIntExact(entry.shape()[0]);
        ByteBuffer bytes = checkpoint.bytes(entry);
        IntUnaryOperator sourceRow = rowOrder(checkpoint.shape(), entry.name());
        int numberBytes = entry.type().bytes();
        GgufTensor.Rows source = (row, into) -> {
            int at = sourceRow.applyAsInt(row) * columns * numberBytes;
            for (int i = 0; i < columns; i++) {
                into[i] = entry.type().get(bytes, at + i * numberBytes);
            }
        };
        GgufType stored = axes == 1 ? GgufType.F32 : type;
        return new GgufTensor(
                GgufNaming.of(entry.name(), checkpoint.shape().architecture()), stored, axes, rows, columns, source);
    }

    /**
     * Returns the checkpoint's row for each row of the file. For llama models, llama.cpp rotates neighbouring channels of a
     * head, and Hugging Face channels half a head apart; for other models both do the latter.
     */
    private static IntUnaryOperator rowOrder(ModelShape shape, String name) {
        boolean rotated = name.endsWith("q_proj.weight") || name.endsWith("k_proj.weight");
        if (shape.architecture() != Architecture.LLAMA || !rotated) {
            return IntUnaryOperator.identity();
        }
        int headDim = shape.headDim();
        return row -> {
            int channel = row % headDim;
            return row - channel + channel % 2 * (headDim / 2) + channel / 2;
        };
    }

    private static void writeTensor(FileChannel out, GgufTensor tensor) throws IOException {
        int rowBytes = Math.toIntExact(tensor.type().rowBytes(tensor.columns()));
        ByteBuffer chunk = ByteBuffer.allocateDirect(Math.max(CHUNK_BYTES, rowBytes + GgufHeader.ALIGNMENT_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        float[] numbers = new float[tensor.columns()];
        for (int row = 0; row < tensor.rows(); row++) {
            if (chunk.remaining() < rowBytes + GgufHeader.ALIGNMENT_BYTES) {
                writeFully(out, chunk.flip());
                chunk.clear();
            }
            tensor.source().read(row, numbers);
            tensor.type().putRow(chunk, numbers);
        }
        chunk.put(new byte[GgufHeader.padding(tensor.bytes())]);
        writeFully(out, chunk.flip());
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
