package io.speckv.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.CancelledException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When each request goes through the model, with requests that only keep a record. */
@Timeout(20)
class BatchEngineTest {
    private final FakeModel model = new FakeModel();
    private final BatchEngine<FakeRequest> engine = model.engine(Duration.ZERO, new CompletableFuture<>());

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void requestsThatRunTakeTheirStepsTogether() throws Exception {
        FakeRequest blocks = model.request("blocks", 1);
        CountDownLatch both = new CountDownLatch(1);
        blocks.whilePrefilling = () -> FakeRequest.await(both);
        engine.submit(blocks);
        FakeRequest first = model.request("a", 3);
        FakeRequest second = model.request("b", 3);
        engine.submit(first);
        engine.submit(second);
        both.countDown();

        assertThat(first.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(second.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(model.log).contains("step a b");
    }

    @Test
    void oneThatWaitsHoldsNobodyUp() throws Exception {
        FakeRequest waits = model.request("waits", 1);
        waits.waits = true;
        engine.submit(waits);
        FakeRequest other = model.request("other", 2);
        engine.submit(other);

        assertThat(other.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(waits.end).isNotDone();
        waits.waits = false;
        engine.wake();
        assertThat(waits.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
    }

    @Test
    void oneThatIsNotReadyPausesAlone() throws Exception {
        FakeRequest slow = model.request("slow", 2);
        slow.ready = false;
        engine.submit(slow);
        FakeRequest other = model.request("other", 5);
        engine.submit(other);

        assertThat(other.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(slow.steps).hasValue(2);
        slow.ready = true;
        engine.wake();
        assertThat(slow.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
    }

    @Test
    void betweenBlocksRunningRequestsStepAndMuchShorterPromptsOvertake() throws Exception {
        FakeRequest running = model.request("running", 1_000_000);
        engine.submit(running);
        FakeRequest longOne = model.request("long", 1);
        longOne.promptTokens = 400;
        FakeRequest shorter = model.request("short", 1);
        shorter.promptTokens = 100;
        FakeRequest nearlyAsLong = model.request("nearly", 1);
        nearlyAsLong.promptTokens = 101;
        longOne.blocks = 200;
        // Steps are due by the time that blocks take, which is next to none here.
        longOne.enough = () -> model.log
                .subList(model.log.indexOf("prefill long"), model.log.size())
                .contains("step running");
        longOne.whilePrefilling = () -> {
            engine.submit(nearlyAsLong);
            engine.submit(shorter);
            pause();
        };
        engine.submit(longOne);

        assertThat(longOne.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(nearlyAsLong.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        running.over = true;
        engine.wake();
        assertThat(running.failure()).isInstanceOf(CancelledException.class);
        List<String> order =
                model.log.stream().filter(line -> line.startsWith("prefill")).toList();
        assertThat(order)
                .containsExactly(
                        "prefill running",
                        "prefilled running",
                        "prefill long",
                        "prefill short",
                        "prefilled short",
                        "prefilled long",
                        "prefill nearly",
                        "prefilled nearly");
        int reading = model.log.indexOf("prefill long");
        assertThat(model.log.subList(reading, model.log.indexOf("prefilled long")))
                .contains("step running");
    }

    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
