package io.speckv.target;

import io.speckv.kit.stream.GenerateMessages.Answering;
import io.speckv.kit.stream.StreamWriter;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.kit.wire.RequestFields;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.TargetServiceGenerateResponse;

/** A generation whose start was read. It takes the later messages of its call. */
final class StartedGeneration implements Answering {
    private final TargetService.Parts parts;
    private final GenerationRun running;

    private StartedGeneration(TargetService.Parts parts, GenerationRun running) {
        this.parts = parts;
        this.running = running;
    }

    /** Hands a request to the scheduler; its answer goes to {@code stream}. */
    static StartedGeneration submit(
            TargetService.Parts parts,
            GenerationRequest request,
            StreamWriter<TargetServiceGenerateResponse> stream,
            RequestTimeline timeline,
            Telemetry telemetry) {
        GenerationReply reply = new GenerationReply(
                request, parts.model(), stream, timeline, telemetry.metrics(), parts.scheduler()::wake);
        return new StartedGeneration(parts, parts.scheduler().submit(request, reply));
    }

    @Override
    public void take(LookaheadTokens lookahead) {
        int[] tokens = RequestFields.tokens(
                lookahead.getTokenIdsList(),
                "lookahead.token_ids",
                parts.model().vocabSize());
        running.request().take(lookahead.getFirstIndex(), tokens, lookahead.getComplete());
        parts.scheduler().wake();
    }

    @Override
    public void complete() {
        running.request().lookahead().complete();
        parts.scheduler().wake();
    }

    @Override
    public void leave() {
        running.place().withdraw();
        parts.scheduler().wake();
    }
}
