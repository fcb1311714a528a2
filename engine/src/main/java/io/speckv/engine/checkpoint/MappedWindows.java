package io.speckv.engine.checkpoint;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A file mapped in a few large pieces, each with many tensors. Linux grants a process 65,530 mappings by default
 * (vm.max_map_count), and a quantised mixture of experts may have more tensors than that. Thread-safe.
 *
 * <p>A window is mapped when a tensor in it is asked for, and stays mapped as long as a buffer of it is reachable.
 */
final class MappedWindows {
    /** The most bytes that one buffer can have. */
    static final long BYTES_MAX = Integer.MAX_VALUE;

    private final FileChannel channel;
    private final long bytesMax;
    private final NavigableMap<Long, Long> lengths = new TreeMap<>();
    private final Map<Long, WeakReference<ByteBuffer>> mapped = new TreeMap<>();

    /**
     * @param tensors of the file, in its order and without gaps
     * @param bytesMax most bytes of a window, at most {@link #BYTES_MAX}; parts of a longer tensor are mapped one by one
     */
    MappedWindows(FileChannel channel, List<FileTensor> tensors, long bytesMax) {
        this.channel = channel;
        this.bytesMax = bytesMax;
        long begin = tensors.isEmpty() ? 0 : tensors.get(0).offset();
        for (FileTensor tensor : tensors) {
            long end = tensor.offset() + tensor.length();
            if (end - begin > bytesMax) {
                begin = tensor.offset();
            }
            lengths.put(begin, end - begin);
        }
    }

    /**
     * Returns a direct, read-only, little-endian view of some bytes of one tensor.
     *
     * @param offset in the file
     * @param length at most {@link #BYTES_MAX}
     */
    ByteBuffer bytes(long offset, long length) throws IOException {
        Map.Entry<Long, Long> window = lengths.floorEntry(offset);
        if (window.getValue() > bytesMax) {
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, length).order(ByteOrder.LITTLE_ENDIAN);
        }
        return window(window.getKey(), window.getValue())
                .slice((int) (offset - window.getKey()), (int) length)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private synchronized ByteBuffer window(long begin, long length) throws IOException {
        WeakReference<ByteBuffer> known = mapped.get(begin);
        ByteBuffer window = known == null ? null : known.get();
        if (window == null) {
            window = channel.map(FileChannel.MapMode.READ_ONLY, begin, length);
            mapped.put(begin, new WeakReference<>(window));
        }
        return window;
    }
}
