package io.speckv.evals;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a run still has to do, begun in its order, a few jobs at a time, and told to its progress. */
public final class EvalJobs {
    private final EvalProgress progress;
    private final int threads;

    /** Work that may fail as the models or services do. */
    @FunctionalInterface
    public interface Work {
        void run() throws IOException;
    }

    /**
     * One piece of work.
     *
     * @param answers how many answers it brings
     * @param now what is being worked on, for the progress
     */
    public record Job(int answers, String now, Work work) {}

    /** @param threads jobs at a time, at least 1 */
    public EvalJobs(EvalProgress progress, int threads) {
        this.progress = progress;
        this.threads = threads;
    }

    /**
     * Does all jobs.
     *
     * @param total answers of the whole run, those that it has already included
     * @throws IOException if a job fails; the jobs under way end before, and no others begin
     */
    public void run(List<Job> jobs, int total) throws IOException {
        Tally tally = new Tally(total - jobs.stream().mapToInt(Job::answers).sum(), total);
        AtomicBoolean stopped = new AtomicBoolean();
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        CompletionService<Void> running = new ExecutorCompletionService<>(workers);
        try {
            for (Job job : jobs) {
                running.submit(() -> {
                    if (!stopped.get()) {
                        work(job, stopped);
                        tally.add(job);
                    }
                    return null;
                });
            }
            for (int i = 0; i < jobs.size(); i++) {
                running.take().get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the run was interrupted; the same command goes on with it");
        } finally {
            // Those that wait are passed over one by one. Taking them out of the pool's queue could leave a worker
            // waiting for ever.
            stopped.set(true);
            finish(workers);
        }
    }

    /** Does a job. Where it fails, its own thread goes on at once, and would begin the next before anybody else knows. */
    private static void work(Job job, AtomicBoolean stopped) throws IOException {
        boolean done = false;
        try {
            job.work().run();
            done = true;
        } finally {
            if (!done) {
                stopped.set(true);
            }
        }
    }

    /** Lets the jobs under way end, as their results are worth keeping. */
    private static void finish(ExecutorService workers) {
        workers.shutdown();
        boolean ended = false;
        while (!ended) {
            try {
                ended = workers.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                workers.shutdownNow();
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** How many answers there are, told to the progress from any thread. */
    private final class Tally {
        private final int total;
        private int done;

        Tally(int done, int total) {
            this.done = done;
            this.total = total;
            progress.report(done, total, "");
        }

        synchronized void add(Job job) {
            done += job.answers();
            progress.report(done, total, job.now());
        }
    }
}
