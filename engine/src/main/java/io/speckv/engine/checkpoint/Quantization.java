package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.quant.QuantizedMatrix;

/** How the quantised matrices of a folder are stored, in one of the published formats. */
sealed interface Quantization permits Fp8, Gptq, Awq, BitsAndBytes, CompressedTensors {
    /**
     * Returns the matrix of a layer.
     *
     * @throws CheckpointException naming a tensor that is missing, of another format or of another shape
     */
    QuantizedMatrix matrix(QuantizedModule module);

    /** Returns the format in a few words, such as {@code gptq, 4 bits}. */
    String description();
}
