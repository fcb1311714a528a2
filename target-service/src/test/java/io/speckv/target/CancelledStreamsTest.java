package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.grpc.Status;
import io.speckv.kit.telemetry.MetricsPage;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.Method;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A client that goes away leaves nothing behind, whatever its {@link GenerationRun} was waiting for. */
@Isolated // reads the process's resident memory
class CancelledStreamsTest {
    private static final int STREAMS = 1000;
    private static final int AT_ONCE = 10;
    private static final long MOST_GROWTH_BYTES = 48L << 20;

    @Test
    void aThousandCancelledStreamsGiveSlotsAndMemoryBack() {
        try (LoopbackTarget target = LoopbackTarget.start("llama-target", "--slots.small.count=3")) {
            GenerationStart probe =
                    LoopbackTarget.start(LoopbackTarget.prompt(90), 20).build();
            int[] before = target.generate(probe).tokens();
            // The first streams touch buffers and code for the first time.
            cancelMany(target, STREAMS / 5);
            int scopes = target.server().nativeScopes();
            long resident = residentBytes();
            cancelMany(target, STREAMS);

            // The last stream's are closed just after its slot is free.
            LoopbackTarget.await(() -> target.server().nativeScopes() <= scopes, "native scopes are left");
            long after = residentBytes();
            if (Boolean.getBoolean("speckv.figures")) {
                System.out.printf(
                        "%d cancelled streams: resident %d MiB before, %d afterwards, %d slots in use, %d native scopes more%n",
                        STREAMS,
                        resident >> 20,
                        after >> 20,
                        target.server().slotsUsed(),
                        target.server().nativeScopes() - scopes);
            }
            assertThat(after - resident).isLessThan(MOST_GROWTH_BYTES);
            assertThat(target.generate(probe).tokens()).isEqualTo(before);
        }
    }

    @Test
    void theTimeFromACancelToTheEndOfItsWorkIsMeasured() {
        MetricsPage page = new MetricsPage();
        try (LoopbackTarget target = LoopbackTarget.start("llama-target", page.flag())) {
            TargetCall call = target.open(
                    LoopbackTarget.start(LoopbackTarget.prompt(90), 1000).build());
            LoopbackTarget.await(() -> target.server().slotsUsed() > 0, "the request has no slot");
            call.cancel();

            Pattern measured = Pattern.compile("speckv_cancel_duration_seconds_count(\\{[^}]*})? 1");
            LoopbackTarget.await(() -> measured.matcher(page.text()).find(), "no cancel is measured");
        }
    }

    private static void cancelMany(LoopbackTarget target, int streams) {
        Random random = new Random(3);
        for (int first = 0; first < streams; first += AT_ONCE) {
            List<TargetCall> calls = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                calls.add(target.open(doomed(random)));
            }
            // Three slots: some decode or wait for lookahead, one may be in its prefill, the rest is queued.
            LockSupport.parkNanos(random.nextInt(12_000_000));
            calls.forEach(TargetCall::cancel);
            calls.forEach(call ->
                    assertThat(Status.fromThrowable(call.thrown()).getCode()).isEqualTo(Status.Code.CANCELLED));
            if (first % 100 == 0) {
                target.awaitIdle();
            }
        }
        target.awaitIdle();
    }

    private static GenerationStart doomed(Random random) {
        GenerationStart.Builder start = LoopbackTarget.start(LoopbackTarget.prompt(120), 40);
        switch (random.nextInt(4)) {
            case 0 -> start.setLookaheadWait(Durations.fromSeconds(60));
            case 1 -> start.setMethod(Method.newBuilder().setName("laq++"));
            case 2 ->
                start.setPrompt(
                        LoopbackTarget.start(LoopbackTarget.prompt(1500), 1).getPrompt());
            default -> {}
        }
        return start.build();
    }

    @Test
    void aDeadlineEndsARequestWhereverItStands() {
        try (LoopbackTarget target = LoopbackTarget.start("llama-target", "--slots.large.count=1")) {
            List<TargetCall> calls = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                calls.add(target.open(
                        LoopbackTarget.start(LoopbackTarget.prompt(300), 1700).build(),
                        TargetCall.Reading.AT_ONCE,
                        0.1));
            }
            calls.add(target.open(
                    LoopbackTarget.start(LoopbackTarget.prompt(30), 5)
                            .setLookaheadWait(Durations.fromSeconds(60))
                            .build(),
                    TargetCall.Reading.AT_ONCE,
                    0.1));
            for (TargetCall call : calls) {
                assertThat(Status.fromThrowable(call.thrown()).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            }
            target.awaitIdle();
        }
    }

    private static long residentBytes() {
        System.gc();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("RssAnon:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
            throw new AssertionError("the system does not tell resident memory");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
