package io.speckv.bench.peers;

import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.config.ModelShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The task of every peer.
 *
 * @param checkpoint Hugging Face folder; conversions of it are kept beside it
 * @param precision to which the precision of the peer's weights must be equal; not {@link Precision#AUTO}
 * @param threads for computing
 * @param prompts lengths in tokens
 * @param decodeSteps tokens to decode after each prompt
 */
public record PeerWorkload(
        Path checkpoint, ModelShape shape, Precision precision, int threads, List<Integer> prompts, int decodeSteps) {
    public PeerWorkload {
        prompts = List.copyOf(prompts);
        if (precision == Precision.AUTO) {
            throw new IllegalArgumentException("precision is auto; a peer needs fp32, bf16 or int8");
        }
        if (threads < 1 || decodeSteps < 1) {
            throw new IllegalArgumentException(
                    "threads and decodeSteps must be positive, were " + threads + " and " + decodeSteps);
        }
    }

    /** Returns the numbers that are the last arguments of every peer's script. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(
                List.of(Integer.toString(threads), Integer.toString(decodeSteps), Integer.toString(shape.vocabSize())));
        prompts.forEach(prompt -> arguments.add(Integer.toString(prompt)));
        return arguments;
    }
}
