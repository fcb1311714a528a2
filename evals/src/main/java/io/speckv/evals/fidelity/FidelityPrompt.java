package io.speckv.evals.fidelity;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * A prompt in the target's tokens.
 *
 * @param name of its source
 * @param ids its tokens, at least one
 * @param cut whether its middle was left out
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to models and never compared.
public record FidelityPrompt(String name, int[] ids, boolean cut) {
    /** Returns a checksum of the tokens, by which a changed prompt counts as another prompt. */
    long checksum() {
        CRC32 sum = new CRC32();
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * ids.length);
        bytes.asIntBuffer().put(ids);
        sum.update(bytes);
        return sum.getValue();
    }
}
