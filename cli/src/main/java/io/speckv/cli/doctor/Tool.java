package io.speckv.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs programs of the machine for one line of output. */
final class Tool {
    private static final int SECONDS = 10;

    private Tool() {}

    /** Returns the standard output of a program; empty if it is missing, fails or takes too long. */
    static Optional<String> ask(String... command) {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return Optional.empty(); // there is no such program
        }
        CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(process));
        try {
            if (process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0) {
                return Optional.of(output.join().strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        return Optional.empty();
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
