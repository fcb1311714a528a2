package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.GoldenRun;
import io.speckv.router.RouterMain;
import io.speckv.target.TargetMain;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prompts that are far too long, many at once: refusing them is cheap. {@code -Dspeckv.figures=true} prints the router's
 * resident memory before, at most, and afterwards.
 */
class OverlongPromptsTest {
    private static final GoldenRun RUN = GoldenRun.all().get(0);
    private static final int AT_ONCE = 64;
    /** So that what is compiled, loaded and pooled once counts as there before. */
    private static final int WARM_UP = 8;

    private static final int CHARACTERS = 4 << 20;
    /** The router looks for garbage this often while little is asked of it: more often than its image, for the test's sake. */
    private static final Duration COLLECTS_EVERY = Duration.ofSeconds(3);

    private static final Duration SETTLED = COLLECTS_EVERY.multipliedBy(4);

    /** Without a limit the heap takes what the machine has, whatever the prompts need. */
    private static final String HEAP = "512m";

    private static final long MOST_GROWTH_MIB = 768;
    /** Of {@code ExitOnOutOfMemoryError}. */
    private static final int EXIT_OF_THE_JVM = 3;

    @TempDir
    Path folder;

    private final List<ServiceProcess> processes = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (ServiceProcess process : processes) {
            process.kill();
        }
    }

    @Test
    void manyAtOnceAreRefusedAndTheRouterServesOn() throws Exception {
        ServiceProcess target = target();
        ServiceProcess router = router(
                target,
                ServiceProcess.memoryOptionsOfImage("router") + " -Xmx" + HEAP + " -XX:G1PeriodicGCInterval="
                        + COLLECTS_EVERY.toMillis());
        try (ResidentMemory memory = new ResidentMemory(router.pid())) {
            URI completions = URI.create("http://localhost:" + router.httpPort() + "/v1/completions");
            HttpClient client = HttpClient.newHttpClient();
            awaitAnswer(client, completions);
            askAtOnce(WARM_UP, client, completions);
            long before = memory.settledMib(SETTLED);
            askAtOnce(AT_ONCE, client, completions);
            awaitAnswer(client, completions);
            long most = memory.mostMib();
            long after = memory.awaitAtMostMib(before + before / 10);
            say(before, most, after);
            assertThat(after).as("MiB that stay, of %d before", before).isLessThanOrEqualTo(before + before / 10);
            assertThat(most - before).as("MiB more").isLessThan(MOST_GROWTH_MIB);
        }
        assertThat(router.terminate()).isZero();
        assertThat(target.terminate()).isZero();
    }

    @Test
    void aRouterWhoseHeapTheyFillEndsInsteadOfAnsweringWrongly() throws Exception {
        ServiceProcess target = target();
        ServiceProcess router = router(target, ServiceProcess.memoryOptionsOfImage("router") + " -Xmx48m");
        URI completions = URI.create("http://localhost:" + router.httpPort() + "/v1/completions");
        HttpClient client = HttpClient.newHttpClient();
        awaitAnswer(client, completions);
        send(AT_ONCE, client, completions);
        assertThat(router.awaitEnd()).as("exit status").isEqualTo(EXIT_OF_THE_JVM);
    }

    private ServiceProcess target() throws IOException {
        return started(ServiceProcess.start(
                TargetMain.class,
                folder,
                "--model.folder=" + RUN.target(),
                "--model.dtype=fp32",
                "--slots.small.count=1",
                "--slots.small.tokens=256",
                "--slots.large.count=1",
                "--slots.large.tokens=512"));
    }

    private ServiceProcess router(ServiceProcess target, String options) throws IOException, InterruptedException {
        return started(ServiceProcess.startBy(
                List.of("env", "JDK_JAVA_OPTIONS=" + options),
                RouterMain.class,
                folder,
                "--tokenizer.target=" + RUN.target(),
                "--drafting.enabled=false",
                "--describe-every=200ms",
                "--http.port=0",
                "--target.channel.target=localhost:" + target.port()));
    }

    private ServiceProcess started(ServiceProcess process) {
        processes.add(process);
        return process;
    }

    private static List<CompletableFuture<HttpResponse<String>>> send(int count, HttpClient client, URI completions) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(client.sendAsync(
                    completion(completions, "word ".repeat(CHARACTERS / 5)), HttpResponse.BodyHandlers.ofString()));
        }
        return answers;
    }

    private static void askAtOnce(int count, HttpClient client, URI completions) throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = send(count, client, completions);
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get(3, TimeUnit.MINUTES).statusCode()).isIn(400, 408, 429);
        }
        assertThat(answers)
                .anySatisfy(answer -> assertThat(answer.join().body()).contains("tokens, must have at most"));
    }

    private static void say(long before, long most, long after) {
        if (Boolean.getBoolean("speckv.figures")) {
            System.out.printf(
                    "%d prompts of %d MiB at once: resident %d MiB before, %d at most, %d afterwards%n",
                    AT_ONCE, CHARACTERS >> 20, before, most, after);
        }
    }

    private static HttpRequest completion(URI completions, String prompt) {
        return HttpRequest.newBuilder(completions)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"prompt\": \"" + prompt + "\", \"max_tokens\": 2, \"speckv\": {\"method\": \"full\"}}"))
                .build();
    }

    private static void awaitAnswer(HttpClient client, URI completions) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (client.send(completion(completions, "one two"), HttpResponse.BodyHandlers.ofString())
                        .statusCode()
                != 200) {
            assertThat(System.nanoTime()).as("the router does not answer").isLessThan(end);
            Thread.sleep(50);
        }
    }
}
