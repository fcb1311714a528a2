package io.speckv.router.reply;

import io.speckv.cascade.Effect;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.kit.wire.Structs;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.router.prompt.TokenTexts;
import io.speckv.router.request.InferenceRequest;
import io.speckv.router.request.RequestedMethod;
import io.speckv.router.run.FallbackReasons;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.method.Methods;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.util.Arrays;

/** Says which tokens of a prompt matter, as a message. */
record Explanation(Tokenizer tokenizer, InferenceRequest request, RequestedMethod applied, Effect.Explain explained) {

    ExplainResponse toProto(RequestTimeline timeline) {
        int[] kept = explained.choice().prompt().ownKept();
        int[] lookahead = explained.lookahead();
        TokenTexts texts = TokenTexts.of(request.prompt(), tokenizer);
        CompressionReport.Builder report = CompressionReport.newBuilder()
                .setRequestedMethod(request.method().name())
                .setAppliedMethod(applied.name())
                .setPreset(applied.preset())
                .setFallbackReason(FallbackReasons.of(explained.choice()))
                .addAllKeptPositions(Arrays.stream(kept).boxed().toList());
        ProtectionFigures.of(request, explained.choice()).putInto(report);
        ExplainResponse.Builder response = ExplainResponse.newBuilder()
                .setText(texts.text())
                .setTokens(texts.tokens())
                .setSpans(texts.spans())
                .setCompression(report)
                .setAppliedSettings(
                        Structs.toProto(Methods.applied(applied.name(), MethodSettings.toMap(applied.message()))))
                .setTraceId(timeline.traceId())
                .setLookaheadText(lookahead.length == 0 ? "" : tokenizer.decode(lookahead, SpecialTokens.EXCLUDED));
        for (float score : explained.scores()) {
            response.addScores(score);
        }
        addMarks(response, explained.choice().prompt().marks());
        int next = 0;
        for (int i = 0; i < request.prompt().size(); i++) {
            boolean isKept = next < kept.length && kept[next] == i;
            response.addKept(isKept);
            next += isKept ? 1 : 0;
        }
        ProtectedTokens protectedTokens = request.structure().parts().tokens();
        if (!protectedTokens.isEmpty()) {
            for (boolean isProtected : protectedTokens.flags(request.prompt().size())) {
                response.addProtected(isProtected);
            }
        }
        timeline.times().forEach(time -> response.addTimings(time.toProto()));
        return response.build();
    }

    private void addMarks(ExplainResponse.Builder response, int[] marks) {
        if (marks.length == 0) {
            return;
        }
        boolean[] marked = new boolean[request.prompt().size()];
        for (int position : marks) {
            marked[position] = true;
        }
        for (boolean isMarked : marked) {
            response.addMarked(isMarked);
        }
    }
}
