package io.speckv.engine.torch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/** How many threads compute one operator on the CPU. The number is one for the whole process because libtorch has only one. */
public final class CpuThreads {
    private CpuThreads() {}

    /**
     * Sets how many threads compute from now on. A thread that has computed already keeps the number it began with.
     *
     * @param wanted 0 for the default of {@link io.speckv.engine.ModelOptions#cpuThreads()}
     */
    public static void use(int wanted) {
        Engine.getEngine(Devices.ENGINE);
        int now = JniUtils.getNumThreads();
        boolean saidOtherwise =
                System.getenv("OMP_NUM_THREADS") != null || System.getProperty("ai.djl.pytorch.num_threads") != null;
        int threads = chosen(wanted, saidOtherwise, now, Runtime.getRuntime().availableProcessors());
        if (threads != now) {
            JniUtils.setNumThreads(threads);
        }
    }

    /**
     * @param saidOtherwise whether libtorch was given a number by its own settings
     * @param libtorchs libtorch's number, which respects affinity but not quotas
     * @param processors Java's number of processors, which respects both
     */
    static int chosen(int wanted, boolean saidOtherwise, int libtorchs, int processors) {
        if (wanted > 0) {
            return wanted;
        }
        return saidOtherwise ? libtorchs : Math.min(libtorchs, processors);
    }
}
