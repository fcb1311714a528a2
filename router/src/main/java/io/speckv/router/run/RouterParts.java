package io.speckv.router.run;

import io.grpc.Context;
import io.grpc.Deadline;
import io.speckv.kit.admission.Admission;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.router.draft.AnalysisCache;
import io.speckv.router.draft.DraftBreaker;
import io.speckv.router.pool.ModelDirectory;
import io.speckv.router.renderer.AnswerDerenderer;
import io.speckv.router.request.DraftPlanner;
import io.speckv.router.request.FallbackRules;
import io.speckv.router.request.MethodReader;
import io.speckv.router.request.RequestReader;
import io.speckv.router.settings.RoutedModelSettings;
import io.speckv.router.target.TargetTerms;
import io.speckv.text.Tokenizer;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The parts that all requests to one pool of a model share.
 *
 * @param pool its name; empty for the only one
 * @param use keeps the model open
 * @param derenderer reads the answers of chats where the router does not read them itself
 */
public record RouterParts(
        String pool,
        ModelUse use,
        Telemetry telemetry,
        Tokenizer tokenizer,
        ModelDirectory directory,
        RequestReader requests,
        Optional<AnswerDerenderer> derenderer,
        MethodReader methods,
        DraftPlanner planner,
        FallbackRules fallbacks,
        Admission admission,
        DraftServiceGrpc.DraftServiceStub drafts,
        TargetServiceGrpc.TargetServiceStub targets,
        TargetTerms terms,
        RoutedModelSettings.Drafting drafting,
        boolean wholeOnCollapse,
        DraftBreaker breaker,
        AnalysisCache analyses,
        Shadow shadow,
        ScheduledExecutorService timer) {

    /** Returns the draft's time limit for a request with the deadline of {@code context}. */
    long draftNanos(Context context) {
        long most = drafting.timeLimit().toNanos();
        Deadline deadline = context.getDeadline();
        if (deadline == null) {
            return most;
        }
        return Math.min(most, (long) (drafting.deadlineShare() * deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    }
}
