package io.speckv.engine.torch;

import com.sun.jna.Function;

/**
 * Memory that libtorch has freed and the C library still holds. Buffers for conversion, while a model is read, lie between
 * memory that stays. They leave half a gigabyte of holes for half a billion weights in bf16, which nothing else gives back.
 */
final class FreedMemory {
    private FreedMemory() {}

    /** Gives the memory back to the system. Returns whether the C library can do that: glibc can, most others cannot. */
    static boolean giveBack() {
        try {
            Function.getFunction("c", "malloc_trim").invokeInt(new Object[] {0L});
            return true;
        } catch (LinkageError e) {
            return false;
        }
    }
}
