package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.checkpoint.config.EncoderConfig;
import io.speckv.engine.checkpoint.config.EncoderShape;
import java.nio.file.Path;

/**
 * An open folder of a token classifier in Hugging Face layout, with every tensor in the right shape. The rules for the files
 * of a {@link Checkpoint} apply to these files as well. Thread-safe.
 */
public final class EncoderCheckpoint implements TensorSource, AutoCloseable {
    private final EncoderShape shape;
    private final FolderWeights files;

    private EncoderCheckpoint(EncoderShape shape, FolderWeights files) {
        this.shape = shape;
        this.files = files;
    }

    /**
     * Returns the checkpoint of a folder; the caller closes it.
     *
     * @throws CheckpointException if a file is missing, damaged or of an unsupported kind, or a tensor is missing or has
     *     the wrong shape
     */
    public static EncoderCheckpoint open(Path folder) {
        EncoderShape shape = EncoderConfig.read(folder);
        return new EncoderCheckpoint(shape, FolderWeights.open(folder, EncoderLayout.of(shape)));
    }

    /** Returns the sizes and constants of the model. */
    public EncoderShape shape() {
        return shape;
    }

    /**
     * Returns a fingerprint that tells these weights from others, in lower-case hexadecimal like
     * {@link Checkpoint#weightsFingerprint}.
     */
    public String weightsFingerprint() {
        return files.fingerprint();
    }

    @Override
    public TensorEntry tensor(String name) {
        return files.tensor(name);
    }

    @Override
    public void read(TensorEntry entry, long first, float[] into) {
        files.read(entry, first, into);
    }

    @Override
    public void close() {
        files.close();
    }
}
