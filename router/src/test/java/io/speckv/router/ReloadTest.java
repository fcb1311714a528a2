package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.speckv.kit.settings.SettingsException;
import io.speckv.kit.stream.DaemonTimer;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.router.model.LiveModels;
import io.speckv.router.model.ModelOpening;
import io.speckv.router.model.RoutedModels;
import io.speckv.router.settings.RouterSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Three models of two kinds behind one router, whose settings file changes while requests run. */
class ReloadTest {
    private static final String THREE = """
            models:
              own: {target: {channel: {target: OWN}}}
              engine: {target: {channel: {target: ENGINE}}, aliases: [gpt-x]}
              other: {target: {channel: {target: ENGINE}}}
            """;
    private static final String CHANGED = """
            default-model: added
            models:
              own: {target: {channel: {target: OWN}}}
              engine: {target: {channel: {target: NEW_ENGINE}}, aliases: [gpt-y], compress-from: 99}
              added: {target: {pools: {a: {channel: {target: OWN}, weight: 3}, b: {channel: {target: NEW_ENGINE}}}}}
            """;

    @TempDir
    Path folder = Path.of("");

    /** Clients on several threads, until they are stopped. */
    private static final class Load {
        private static final List<GenerateRequest> PLAIN = Stream.of("engine", "own", "")
                .map(model -> RouterRig.request("full").setModel(model).build())
                .toList();

        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicInteger answered = new AtomicInteger();
        private final List<CompletableFuture<List<StatusRuntimeException>>> clients = new ArrayList<>();

        /** Asks in turn. */
        Load(ReloadRig rig, int threads, List<GenerateRequest> requests) {
            for (int i = 0; i < threads; i++) {
                clients.add(RouterRig.async(() -> {
                    List<StatusRuntimeException> failures = new ArrayList<>();
                    for (int request = 0; !stopped.get(); request++) {
                        try {
                            var unused = rig.ask(requests.get(request % requests.size()));
                            answered.incrementAndGet();
                        } catch (StatusRuntimeException e) {
                            failures.add(e);
                        }
                    }
                    return failures;
                }));
            }
        }

        void awaitMore(int requests) {
            int before = answered.get();
            RouterRig.await(() -> answered.get() >= before + requests, "requests are not answered");
        }

        List<StatusRuntimeException> failures() {
            stopped.set(true);
            return clients.stream().flatMap(client -> client.join().stream()).toList();
        }
    }

    @Test
    void modelsChangeUnderLoadWithoutAFailedRequest() throws Exception {
        try (ReloadRig rig = ReloadRig.start(folder, THREE)) {
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch mayAnswer = new CountDownLatch(1);
            rig.engine.script = (call, observer) -> {
                asked.countDown();
                var unused = RouterRig.async(() -> {
                    await(mayAnswer);
                    FakeTarget.answer(call, observer);
                    return true;
                });
            };
            CompletableFuture<GenerateOnceResponse> long0 = RouterRig.async(() -> rig.ask("engine"));
            await(asked);
            rig.engine.script = FakeTarget::answer;
            Load load = new Load(rig, 4, Load.PLAIN);
            load.awaitMore(50);
            assertThat(rig.newEngine.calls).isEmpty();

            rig.write(CHANGED);
            RouterRig.await(() -> rig.names().equals(List.of("own", "engine", "added")), "the file is not taken up");
            load.awaitMore(50);
            assertThat(rig.newEngine.calls).isNotEmpty();
            rig.engine.calls.clear();
            load.awaitMore(50);
            assertThat(rig.engine.calls)
                    .as("calls of the engine that was replaced")
                    .isEmpty();

            rig.write(THREE);
            RouterRig.await(() -> rig.names().contains("other"), "the file is not taken up again");
            load.awaitMore(50);
            assertThat(rig.engine.calls).isNotEmpty();

            assertThat(load.failures()).isEmpty();
            mayAnswer.countDown();
            assertThat(long0.get(60, TimeUnit.SECONDS).getFinished().getUsage().getGeneratedTokenCount())
                    .as("the request that began before the first change")
                    .isEqualTo(4);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void namesAliasesPoolsAndMethodsAreThoseOfTheNewFile() throws IOException {
        try (ReloadRig rig = ReloadRig.start(folder, THREE)) {
            assertThat(rig.ask("gpt-x").hasFinished()).isTrue();
            rig.write(CHANGED);
            RouterRig.await(() -> rig.names().contains("added"), "the file is not taken up");

            assertThat(rig.ask("gpt-y").hasFinished()).isTrue();
            assertThat(rig.refusal("gpt-x")).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(rig.refusal("other")).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(rig.describe().getModels(1).getCompressFrom()).isEqualTo(99);
            assertThat(rig.describe().getModels(2).getPoolsCount()).isEqualTo(2);
            RouterRig.await(() -> rig.describe().getModels(2).getReady(), "the added model is not ready");
            assertThat(rig.ask("added").hasFinished()).isTrue();
            assertThat(rig.reloads("used")).containsExactly(1.0);
            assertThat(rig.reloads("refused")).containsExactly(0.0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "models: {own: {compress-form: 7}}",
                "models: {own: {method: {name: specpc, settings: {max_capacity_prompt: -1}}}}",
                "models: {own: {tokenizer: {target: /nowhere}}}",
                "models: {own: {}, engine: {aliases: [own]}}",
                "models: {own: {}",
            })
    void aFileThatCannotBeUsedLeavesTheOldModelsAndIsCounted(String bad) throws IOException {
        try (ReloadRig rig = ReloadRig.start(folder, THREE)) {
            rig.write(bad);
            RouterRig.await(() -> rig.reloads("refused").contains(1.0), "the bad file is not refused");
            assertThat(rig.names()).containsExactly("own", "engine", "other");
            assertThat(rig.ask("engine").hasFinished()).isTrue();

            rig.write(CHANGED);
            RouterRig.await(() -> rig.names().contains("added"), "a good file is not taken up after a bad one");
            assertThat(rig.reloads("refused")).as("once for each reason").containsExactly(1.0);
        }
    }

    /** Its requests fail where they cannot be compressed. */
    @Test
    void aChangedModelTakesOverOnlyWhenItsDraftIsKnown() throws IOException {
        try (ReloadRig rig = ReloadRig.start(folder, THREE)) {
            GenerateRequest compressed = RouterRig.request("speckv-pc")
                    .setModel("own")
                    .setFallback(FallbackPolicy.FALLBACK_POLICY_FAIL)
                    .build();
            RouterRig.await(() -> rig.isAnswered(compressed), "the draft is not known");
            rig.draft.describesItself = false;
            Load load = new Load(rig, 2, List.of(compressed));
            rig.write(THREE.replace("OWN}}}", "OWN}}, compress-from: 7}"));
            load.awaitMore(100);
            assertThat(rig.describe().getModels(0).getCompressFrom())
                    .as("of the old model")
                    .isZero();

            rig.draft.describesItself = true;
            RouterRig.await(
                    () -> rig.describe().getModels(0).getCompressFrom() == 7, "the changed model does not take over");
            load.awaitMore(50);
            assertThat(load.failures()).isEmpty();
        }
    }

    /** Neither a model nor a pool that nobody answers at takes over from one that serves. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "engine: {target: {channel: {target: DEAD}}} | model 'engine' | no target has described itself yet",
                "added: {target: {pools: {stable: {channel: {target: DEAD}, weight: 95}, canary: {channel: {target: OWN}, weight: 5}}}}"
                        + " | model 'added' | pool 'stable': no target has described itself yet",
            })
    void aChangedModelTakesOverOnlyWhenItCanBeAsked(String changed, String model, String why) throws IOException {
        try (ReloadRig rig = ReloadRig.start(folder, THREE)) {
            withModels(rig, models -> {
                RoutedModels old = models.current();
                RouterSettings unreachable = rig.settings("models: {" + changed + "}");
                assertThatThrownBy(() -> models.use(unreachable))
                        .isInstanceOf(SettingsException.class)
                        .hasMessageStartingWith(model + " with its new settings cannot be asked after")
                        .hasMessageContaining(why);
                assertThat(models.current()).isSameAs(old);
                assertThat(old.named("gpt-x").trouble()).isEmpty();
            });
        }
    }

    /** Who changes a model while one of its pools is down is not held up by that pool, nor by one that gets no requests. */
    @Test
    void poolsThatWereDownBeforeAndThoseOfNoWeightAreNotWaitedFor() throws IOException {
        String pools = """
                models:
                  own:
                    target:
                      pools:
                        up: {channel: {target: OWN}}
                        down: {channel: {target: DEAD}}
                """;
        try (ReloadRig rig = ReloadRig.start(folder, pools)) {
            withModels(rig, models -> {
                RoutedModels old = models.current();
                models.use(rig.settings(pools + "        idle: {channel: {target: DEAD}, weight: 0}\n"));
                assertThat(models.current()).isNotSameAs(old);
                assertThat(models.current().standard().trouble()).isEmpty();
            });
        }
    }

    /** Runs on models with what the file says now, once they can be asked; they wait little for changed ones. */
    private static void withModels(ReloadRig rig, Consumer<LiveModels> test) {
        withModels(rig, now -> {}, test);
    }

    private static void withModels(ReloadRig rig, Consumer<RoutedModels> changed, Consumer<LiveModels> test) {
        var timer = DaemonTimer.start("test-timer");
        RouterSettings settings = rig.settings();
        try (Telemetry telemetry = rig.telemetry();
                LiveModels models = new LiveModels(
                        settings,
                        new ModelOpening.Surroundings(telemetry, timer, settings.describeEvery()),
                        Duration.ofSeconds(1),
                        changed)) {
            models.start();
            RouterRig.await(
                    () -> models.current().all().stream()
                            .allMatch(model -> model.trouble().isEmpty()),
                    "the models are not ready");
            test.accept(models);
        } finally {
            timer.shutdownNow();
        }
    }

    /** However often the file changes, they are compared with what the router began with. */
    @Test
    void keysOutsideOfModelsNeedARestart() throws IOException {
        try (ReloadRig rig = ReloadRig.start(folder, THREE)) {
            withModels(rig, models -> {
                assertThat(models.needRestart()).isEmpty();
                String others = "http: {port: 1}\nstreams: {outbox-messages: 3}\n";
                models.use(rig.settings(THREE + others));
                assertThat(models.needRestart()).containsExactly("streams.outbox-messages", "http.port");
                models.use(rig.settings(THREE + others + "compress-from: 7\n"));
                assertThat(models.needRestart())
                        .as("they still do")
                        .containsExactly("streams.outbox-messages", "http.port");
                models.use(rig.settings(THREE));
                assertThat(models.needRestart()).as("as it was").isEmpty();
            });
        }
    }
}
