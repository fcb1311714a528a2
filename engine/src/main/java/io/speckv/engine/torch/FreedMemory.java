package io.speckv.engine.torch;

import com.sun.jna.Function;

/**
 * Memory that libtorch has freed and the C library still holds. What is converted while a model is read lies between what stays:
 * half a gigabyte of holes for half a billion weights in bf16, which nothing else gives back.
 */
final class FreedMemory {
    private FreedMemory() {}

    /** Gives it back to the system; returns whether the C library can, as glibc can and others mostly cannot. */
    static boolean giveBack() {
        try {
            Function.getFunction("c", "malloc_trim").invokeInt(new Object[] {0L});
            return true;
        } catch (LinkageError e) {
            return false;
        }
    }
}
