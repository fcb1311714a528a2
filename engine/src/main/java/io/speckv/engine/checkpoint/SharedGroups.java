package io.speckv.engine.checkpoint;

import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps equal groupings of columns only once, because a mixture of experts has thousands of matrices with the same grouping.
 */
final class SharedGroups {
    private final Map<IntBuffer, int[]> known = new HashMap<>();

    /** Returns the first array that was equal to this one. It must not be changed. */
    int[] of(int[] groupOf) {
        return known.computeIfAbsent(IntBuffer.wrap(groupOf), IntBuffer::array);
    }
}
