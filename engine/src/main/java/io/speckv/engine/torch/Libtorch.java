package io.speckv.engine.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;

/**
 * The libtorch that this process has loaded.
 *
 * @param version such as "2.7.1"
 * @param cuda whether it was built for CUDA
 * @param gpus number of GPUs that it sees
 * @param threads that compute one operator on the CPU
 */
public record Libtorch(String version, boolean cuda, int gpus, int threads) {

    /**
     * Loads libtorch, at the first call in a process, and describes it.
     *
     * @throws RuntimeException or {@link LinkageError} from the loader if this machine has no libtorch
     */
    public static Libtorch load() {
        Engine engine = Engine.getEngine(Devices.ENGINE);
        boolean cuda = engine.hasCapability(StandardCapabilities.CUDA);
        return new Libtorch(engine.getVersion(), cuda, cuda ? CudaUtils.getGpuCount() : 0, JniUtils.getNumThreads());
    }
}
