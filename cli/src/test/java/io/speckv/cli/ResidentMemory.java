package io.speckv.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A process's resident memory, looked at every 20 ms. */
final class ResidentMemory implements AutoCloseable {
    private final Path status;
    private final Thread watch = new Thread(this::look, "memory");
    private volatile long most;
    private volatile boolean over;

    ResidentMemory(long pid) {
        status = Path.of("/proc/" + pid + "/status");
        watch.start();
    }

    private void look() {
        try {
            while (!over) {
                most = Math.max(most, residentMib());
                Thread.sleep(20);
            }
        } catch (IOException | InterruptedException e) {
            over = true; // the process has ended
        }
    }

    long residentMib() throws IOException {
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow(() -> new AssertionError("the process has ended"));
    }

    /** Waits until what the process holds has shrunk to so much, and returns what it holds then, or after a while. */
    long awaitAtMostMib(long enough) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (residentMib() > enough && System.nanoTime() < end) {
            Thread.sleep(200);
        }
        return residentMib();
    }

    /** What the process holds once it gives nothing more back for so long. */
    long settledMib(Duration quiet) throws IOException, InterruptedException {
        long least = residentMib();
        long end = System.nanoTime() + quiet.toNanos();
        while (System.nanoTime() < end) {
            Thread.sleep(200);
            long now = residentMib();
            if (now < least) {
                least = now;
                end = System.nanoTime() + quiet.toNanos();
            }
        }
        return residentMib();
    }

    long mostMib() {
        return most;
    }

    @Override
    public void close() {
        over = true;
    }
}
