package io.speckv.serving.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A model that keeps a record of its steps, with the requests that it is asked for. */
final class FakeModel implements BatchStep<FakeRequest> {
    final List<String> log = Collections.synchronizedList(new ArrayList<>());
    volatile boolean works = true;

    /** Returns a request that takes a number of steps; one that is named "poison" makes its step fail. */
    FakeRequest request(String name, int steps) {
        return new FakeRequest(name, steps, log);
    }

    /** Returns an engine that has this model, and tells {@code death} why it has ended. */
    BatchEngine<FakeRequest> engine(Duration hangLimit, CompletableFuture<String> death) {
        return new BatchEngine<>(
                "test-engine",
                this,
                new BatchTerms(0.5, hangLimit),
                () -> new IllegalStateException("stopped"),
                death::complete);
    }

    @Override
    public List<List<FakeRequest>> batches(List<FakeRequest> ready) {
        List<FakeRequest> poisoned =
                ready.stream().filter(fake -> fake.name.equals("poison")).toList();
        List<FakeRequest> others =
                ready.stream().filter(fake -> !fake.name.equals("poison")).toList();
        return List.of(poisoned, others).stream()
                .filter(batch -> !batch.isEmpty())
                .toList();
    }

    @Override
    public List<Runnable> run(List<FakeRequest> batch) {
        if (batch.get(0).name.equals("poison")) {
            throw new IllegalStateException("poisoned batch");
        }
        StringBuilder names = new StringBuilder("step");
        batch.forEach(fake -> names.append(' ').append(fake.name));
        log.add(names.toString());
        return batch.stream().<Runnable>map(fake -> fake::stepped).toList();
    }

    @Override
    public boolean works() {
        return works;
    }
}
