package io.speckv.router.reply;

import io.speckv.cascade.Choice;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.TokenUsage;
import io.speckv.router.request.InferenceRequest;
import io.speckv.router.request.RequestedMethod;
import io.speckv.router.run.FallbackReasons;
import java.util.Arrays;
import java.util.List;

/** What an answer's last message says about its compression. */
record CompressionFigures(InferenceRequest request, Choice choice, RequestedMethod applied) {

    GenerateFinished finished(GenerationFinished target, int attempts, List<StageTime> times) {
        CompressionReport.Builder report = CompressionReport.newBuilder()
                .setRequestedMethod(request.method().name())
                .setAppliedMethod(applied.name())
                .setPreset(applied.preset())
                .setFallbackReason(FallbackReasons.of(choice))
                .setLookahead(target.getLookahead())
                .setTargetAttemptCount(attempts);
        if (target.hasKv()) {
            report.setKv(target.getKv());
        }
        ProtectionFigures.of(request, choice).putInto(report);
        if (request.report().getKeptPositions()) {
            Arrays.stream(choice.prompt().ownKept()).forEach(report::addKeptPositions);
        }
        TokenUsage.Builder usage = TokenUsage.newBuilder()
                .setPromptTokenCount(choice.prompt().originalTokens())
                .setKeptTokenCount(choice.prompt().size())
                .setGeneratedTokenCount(target.getUsage().getGeneratedTokenCount());
        if (target.getUsage().hasCachedTokenCount()) {
            usage.setCachedTokenCount(target.getUsage().getCachedTokenCount());
        }
        GenerateFinished.Builder finished = GenerateFinished.newBuilder()
                .setFinishReason(target.getFinishReason())
                .setMatchedStop(target.getMatchedStop())
                .setUsage(usage)
                .setCompression(report);
        times.forEach(time -> finished.addTimings(time.toProto()));
        return finished.build();
    }
}
