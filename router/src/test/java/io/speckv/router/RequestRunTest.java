package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cascade.CascadeRequest.Goal;
import io.speckv.cascade.Choice;
import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Effect;
import io.speckv.kit.stream.DaemonTimer;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.router.model.LiveModels;
import io.speckv.router.model.ModelOpening;
import io.speckv.router.run.RequestRun;
import io.speckv.router.run.RouterParts;
import io.speckv.router.run.RunReply;
import io.speckv.router.settings.RouterSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A {@link RequestRun} between the real parts of a router and a reply that a test makes up. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestRunTest {
    private final RouterRig rig = RouterRig.startWithoutDraft();
    private final RouterSettings settings = RouterSettings.loader()
            .load(
                    null,
                    Map.of(),
                    List.of(
                            "--tokenizer.target=" + RouterRig.MODEL,
                            "--drafting.enabled=false",
                            "--target.channel.target=localhost:" + rig.targetServer.port()))
            .value();
    private final Telemetry telemetry =
            Telemetry.start(settings.telemetry(), new Telemetry.ServiceIdentity("test", "0"), List.of());
    private final ScheduledExecutorService timer = DaemonTimer.start("test-timer");
    private final LiveModels models = new LiveModels(
            settings,
            new ModelOpening.Surroundings(telemetry, timer, settings.describeEvery()),
            Duration.ofSeconds(60),
            now -> {});

    RequestRunTest() {
        models.start();
        RouterRig.await(() -> models.current().isAnyReady(), "no target is known");
    }

    @AfterAll
    void close() {
        models.close();
        timer.shutdownNow();
        telemetry.close();
        rig.close();
    }

    private void run(Goal goal, Reply reply, Runnable over) {
        GenerateRequest request = RouterRig.request("full").build();
        RouterParts parts = models.hold("", request.getPrompt()).parts();
        RequestTimeline timeline = RequestTimeline.start(telemetry);
        new RequestRun(parts, parts.requests().read(request, timeline), goal, timeline, reply).start(over);
    }

    /** Takes a reply as one that ends with its last message does. */
    private static class Reply implements RunReply {
        final List<String> told = new CopyOnWriteArrayList<>();
        final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
        private Runnable closed = () -> {};

        /** Gives the last message. */
        void last() {
            told.add("the last message begins");
            closed.run();
            told.add("it is written");
        }

        @Override
        public void onRoom(Runnable callback) {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void onClosed(Runnable callback) {
            closed = callback;
        }

        @Override
        public void selected(Choice choice, StageTime took) {}

        @Override
        public void fellBack(DraftLoss why) {}

        @Override
        public void begin(Choice choice) {}

        @Override
        public boolean send(TokenDelta piece) {
            return true;
        }

        @Override
        public void finish(Effect.Finish effect, GenerationFinished finished, int attempts) {
            last();
        }

        @Override
        public void explain(Effect.Explain effect) {
            last();
        }

        @Override
        public void fail(Throwable failure) {
            failures.add(failure);
            closed.run();
        }
    }

    /** What it works with, such as a tokenizer of native code, is closed when the last request of a retired model is over. */
    @ParameterizedTest
    @EnumSource(Goal.class)
    void aRequestIsOverOnlyWhenItsLastMessageIsWritten(Goal goal) {
        Reply reply = new Reply();
        run(goal, reply, () -> reply.told.add("over"));
        RouterRig.await(() -> reply.told.contains("over"), "the request is not over");

        assertThat(reply.told).containsExactly("the last message begins", "it is written", "over");
        assertThat(reply.failures).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Goal.class)
    void aLastMessageThatCannotBeWrittenFailsTheRequest(Goal goal) throws Exception {
        IllegalStateException thrown = new IllegalStateException("no such token");
        Reply reply = new Reply() {
            @Override
            void last() {
                throw thrown;
            }
        };
        BlockingQueue<String> over = new LinkedBlockingQueue<>();
        run(goal, reply, () -> over.add("over"));

        assertThat(over.poll(60, TimeUnit.SECONDS)).isEqualTo("over");
        assertThat(reply.failures).containsExactly(thrown);
    }
}
