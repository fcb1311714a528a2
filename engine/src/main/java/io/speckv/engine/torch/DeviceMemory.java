package io.speckv.engine.torch;

import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
import io.speckv.engine.DeviceName;
import java.lang.management.ManagementFactory;

/** The amount of memory that a device has. */
public final class DeviceMemory {
    private DeviceMemory() {}

    /** Returns the bytes of a GPU, or of the machine, or of the container if one limits this process. */
    public static long bytes(DeviceName device) {
        if (device.isGpu()) {
            return CudaUtils.getGpuMemory(Devices.of(device)).getMax();
        }
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }
}
