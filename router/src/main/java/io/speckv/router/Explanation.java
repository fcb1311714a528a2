package io.speckv.router;

import io.speckv.cascade.Effect;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.kit.wire.Structs;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.selection.method.Methods;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.util.Arrays;

/** Which tokens of a prompt matter, as a message. */
record Explanation(Tokenizer tokenizer, InferenceRequest request, Effect.Explain explained) {

    ExplainResponse toProto(RequestTimeline timeline) {
        String name = request.method().name();
        int[] kept = explained.choice().prompt().kept();
        int[] lookahead = explained.lookahead();
        TokenTexts texts = TokenTexts.of(request.prompt(), tokenizer);
        ExplainResponse.Builder response = ExplainResponse.newBuilder()
                .setText(texts.text())
                .setTokens(texts.tokens())
                .setSpans(texts.spans())
                .setCompression(CompressionReport.newBuilder()
                        .setRequestedMethod(name)
                        .setAppliedMethod(name)
                        .setPreset(request.method().preset())
                        .addAllKeptPositions(Arrays.stream(kept).boxed().toList()))
                .setAppliedSettings(Structs.toProto(Methods.applied(
                        name, MethodSettings.toMap(request.method().message()))))
                .setTraceId(timeline.traceId())
                .setLookaheadText(lookahead.length == 0 ? "" : tokenizer.decode(lookahead, SpecialTokens.EXCLUDED));
        for (float score : explained.scores()) {
            response.addScores(score);
        }
        int next = 0;
        for (int i = 0; i < request.prompt().size(); i++) {
            boolean isKept = next < kept.length && kept[next] == i;
            response.addKept(isKept);
            next += isKept ? 1 : 0;
        }
        timeline.times().forEach(time -> response.addTimings(time.toProto()));
        return response.build();
    }
}
