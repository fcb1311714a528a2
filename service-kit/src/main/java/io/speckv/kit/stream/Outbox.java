package io.speckv.kit.stream;

import com.google.protobuf.MessageLite;
import java.util.ArrayDeque;

/**
 * Messages that wait for one client: some in the stream's own room, and more while {@link SharedRoom} is left. Not
 * thread-safe.
 */
final class Outbox<T extends MessageLite> {
    private record Entry<T>(T message, int sharedBytes) {}

    private final ArrayDeque<Entry<T>> entries = new ArrayDeque<>();
    private final int most;
    private final SharedRoom shared;
    private int own;
    private long sharedBytes;

    /** @param most messages in the stream's own room */
    Outbox(int most, SharedRoom shared) {
        this.most = most;
        this.shared = shared;
    }

    /** Returns whether a producer may go on. */
    boolean hasRoom() {
        return own < most || shared.hasRoom(sharedBytes);
    }

    /** Returns the number of messages for which there is no room. */
    int overflow() {
        return Math.max(0, own - most);
    }

    void add(T message) {
        int bytes = own < most ? 0 : Math.max(1, message.getSerializedSize());
        boolean elsewhere = bytes > 0 && shared.take(sharedBytes, bytes);
        entries.add(new Entry<>(message, elsewhere ? bytes : 0));
        if (elsewhere) {
            sharedBytes += bytes;
        } else {
            own++;
        }
    }

    T remove() {
        Entry<T> first = entries.remove();
        if (first.sharedBytes > 0) {
            sharedBytes -= first.sharedBytes;
            shared.giveBack(first.sharedBytes);
        } else {
            own--;
        }
        return first.message;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    int size() {
        return entries.size();
    }

    void clear() {
        entries.clear();
        own = 0;
        shared.giveBack(sharedBytes);
        sharedBytes = 0;
    }
}
