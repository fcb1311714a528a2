package io.speckv.kit.admission;

import java.util.ArrayDeque;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Waiting requests in start-time fair order over length classes. Not thread-safe. */
final class FairQueue {

    /** A waiting request. */
    record Entry(CompletableFuture<Permit> future, int tokens) {
        int lengthClass() {
            return 32 - Integer.numberOfLeadingZeros(tokens);
        }
    }

    private static final class LengthClass {
        final ArrayDeque<Entry> entries = new ArrayDeque<>();
        long nextStart;
    }

    private final TreeMap<Integer, LengthClass> classes = new TreeMap<>();
    private long virtualTime;
    private int size;
    private long tokens;

    Entry add(int promptTokens) {
        Entry entry = new Entry(new CompletableFuture<>(), promptTokens);
        LengthClass lengthClass = classes.computeIfAbsent(entry.lengthClass(), c -> new LengthClass());
        if (lengthClass.entries.isEmpty()) {
            lengthClass.nextStart = Math.max(virtualTime, lengthClass.nextStart);
        }
        lengthClass.entries.add(entry);
        size++;
        tokens += promptTokens;
        return entry;
    }

    /** Removes and returns the first request of the class that has had the fewest tokens; of equal classes, the shorter one. */
    Entry poll() {
        LengthClass next = null;
        for (LengthClass candidate : classes.values()) {
            if (!candidate.entries.isEmpty() && (next == null || candidate.nextStart < next.nextStart)) {
                next = candidate;
            }
        }
        if (next == null) {
            throw new NoSuchElementException("nobody waits");
        }
        Entry entry = next.entries.remove();
        virtualTime = next.nextStart;
        next.nextStart += entry.tokens();
        size--;
        tokens -= entry.tokens();
        return entry;
    }

    void remove(Entry entry) {
        LengthClass lengthClass = classes.get(entry.lengthClass());
        if (lengthClass != null && lengthClass.entries.remove(entry)) {
            size--;
            tokens -= entry.tokens();
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    long tokens() {
        return tokens;
    }
}
