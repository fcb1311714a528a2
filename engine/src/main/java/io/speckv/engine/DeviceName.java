package io.speckv.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a model runs: {@code cpu} or {@code gpu:N}.
 *
 * @param gpu index of the GPU, from 0; negative for the CPU
 */
public record DeviceName(int gpu) {
    public static final DeviceName CPU = new DeviceName(-1);

    private static final Pattern GPU = Pattern.compile("gpu:(\\d{1,3})");

    /**
     * Returns the device of a name.
     *
     * @throws IllegalArgumentException if the text is neither {@code cpu} nor {@code gpu:N}
     */
    public static DeviceName parse(String text) {
        if (text.equals("cpu")) {
            return CPU;
        }
        Matcher gpu = GPU.matcher(text);
        if (!gpu.matches()) {
            throw new IllegalArgumentException("device is '" + text + "'; use cpu or gpu:0");
        }
        return new DeviceName(Integer.parseInt(gpu.group(1)));
    }

    public boolean isGpu() {
        return gpu >= 0;
    }

    @Override
    public String toString() {
        return isGpu() ? "gpu:" + gpu : "cpu";
    }
}
