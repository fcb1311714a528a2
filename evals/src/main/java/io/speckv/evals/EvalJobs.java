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

/** The remaining work of a run. Jobs begin in order, a few at a time, and report to the run's progress. */
public final class EvalJobs {
    private final EvalProgress progress;
    private final int threads;

    /** Work that may fail when a model or service fails. */
    @FunctionalInterface
    public interface Work {
        void run() throws IOException;
    }

    /**
     * One piece of work.
     *
     * @param answers number of answers that it brings
     * @param now description of the work, for the progress
     */
    public record Job(int answers, String now, Work work) {}

    /** @param threads jobs that run at the same time, at least 1 */
    public EvalJobs(EvalProgress progress, int threads) {
        this.progress = progress;
        this.threads = threads;
    }

    /**
     * Does all jobs.
     *
     * @param total answers of the whole run, including those that it already has
     * @throws IOException if a job fails; running jobs end first, and no others begin
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

    /** Lets the jobs under way end, as their results are worth keeping; where this thread is interrupted, so are they. */
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

    /** Counts the answers and reports them to the progress, from any thread. */
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
