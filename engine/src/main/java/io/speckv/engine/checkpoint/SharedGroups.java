package io.speckv.engine.checkpoint;

import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.Map;

/** The groups of columns that many matrices have alike, each kept once: a mixture of experts has thousands of matrices. */
final class SharedGroups {
    private final Map<IntBuffer, int[]> known = new HashMap<>();

    /** Returns the first array that said the same of every column; nobody may change it. */
    int[] of(int[] groupOf) {
        return known.computeIfAbsent(IntBuffer.wrap(groupOf), IntBuffer::array);
    }
}
