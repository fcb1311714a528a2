package io.speckv.engine.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.speckv.engine.DeviceName;

/** The project's device names in the terms of DJL and libtorch. */
public final class Devices {
    static final String ENGINE = "PyTorch";

    private Devices() {}

    static Device of(DeviceName device) {
        return device.isGpu() ? Device.gpu(device.gpu()) : Device.cpu();
    }

    static String torchName(DeviceName device) {
        return device.isGpu() ? "cuda:" + device.gpu() : "cpu";
    }

    /** Returns a manager that owns native memory on a device; the caller closes it. */
    public static NDManager newManager(DeviceName device) {
        return NDManager.newBaseManager(of(device), ENGINE);
    }
}
