package io.speckv.engineclient;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a stream of server-sent events into the {@code data} of each event. Comments, ids and names are skipped. Source: the
 * HTML standard's {@code text/event-stream}. Thread-confined.
 */
final class EventBlocks {
    /** Most bytes of one event. */
    private static final int BYTES_MOST = 16 << 20;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private boolean afterReturn;
    private boolean begun;

    /**
     * Returns the events that these bytes complete.
     *
     * @throws IllegalStateException if an event is longer than 16 MiB
     */
    List<String> accept(List<ByteBuffer> buffers) {
        List<String> complete = new ArrayList<>();
        for (ByteBuffer buffer : buffers) {
            while (buffer.hasRemaining()) {
                accept(buffer.get(), complete);
            }
        }
        return complete;
    }

    private void accept(byte next, List<String> complete) {
        boolean secondOfTwo = afterReturn && next == '\n';
        afterReturn = next == '\r';
        if (secondOfTwo) {
            return;
        }
        if (next != '\n' && next != '\r') {
            if (line.size() + data.length() >= BYTES_MOST) {
                throw new IllegalStateException("an event is longer than " + BYTES_MOST + " bytes");
            }
            line.write(next);
            return;
        }
        String text =
                begun ? line.toString(StandardCharsets.UTF_8) : withoutMark(line.toString(StandardCharsets.UTF_8));
        begun = true;
        line.reset();
        if (!text.isEmpty()) {
            field(text);
        } else if (hasData) {
            complete.add(data.toString());
            data.setLength(0);
            hasData = false;
        }
    }

    /** Returns the first line without a byte order mark, which the standard does not count as text. */
    private static String withoutMark(String first) {
        return first.startsWith("\uFEFF") ? first.substring(1) : first;
    }

    private void field(String text) {
        if (!text.equals("data") && !text.startsWith("data:")) {
            return;
        }
        String value = text.length() < 5 ? "" : text.substring(5);
        data.append(hasData ? "\n" : "").append(value.startsWith(" ") ? value.substring(1) : value);
        hasData = true;
    }
}
