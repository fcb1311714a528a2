package io.speckv.draft;

import io.speckv.kit.telemetry.StageTime;
import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.AnalyseSummary;
import io.speckv.proto.v1.AnalysedPrompt;
import io.speckv.proto.v1.DraftedTokens;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.TokenIds;
import io.speckv.proto.v1.TokenSpans;
import io.speckv.text.Encoding;
import java.util.Arrays;
import java.util.List;

/** Builds the messages that answer one analysis. */
final class AnalysisMessages {
    private final AnalysisRequest analysis;

    AnalysisMessages(AnalysisRequest analysis) {
        this.analysis = analysis;
    }

    /** Returns the message that tells how the draft tokenized the text. */
    AnalyseResponse prompt(Encoding encoding) {
        TokenIds.Builder tokens = TokenIds.newBuilder();
        Arrays.stream(encoding.ids()).forEach(tokens::addIds);
        TokenSpans.Builder spans = TokenSpans.newBuilder();
        Arrays.stream(encoding.codePointStarts()).forEach(spans::addStarts);
        Arrays.stream(encoding.codePointEnds()).forEach(spans::addEnds);
        return AnalyseResponse.newBuilder()
                .setPrompt(AnalysedPrompt.newBuilder().setTokens(tokens).setSpans(spans))
                .build();
    }

    AnalyseResponse scores(float[] scores) {
        return AnalyseResponse.newBuilder()
                .setImportance(ScoreVectors.toProto(scores, analysis.encoding()))
                .build();
    }

    /** Returns the message of one lookahead token and, if the request gave text, of the text that it completes. */
    AnalyseResponse lookahead(int index, int token, String text) {
        DraftedTokens.Builder drafted = DraftedTokens.newBuilder()
                .setTokens(LookaheadTokens.newBuilder().setFirstIndex(index).addTokenIds(token));
        if (analysis.text() != null) {
            drafted.setText(text);
        }
        return AnalyseResponse.newBuilder().setLookahead(drafted).build();
    }

    /** Returns why drafting ended; unspecified if it ended only because of count or time. */
    FinishReason finishReason(int[] lookahead, boolean stopText) {
        if (stopText) {
            return FinishReason.FINISH_REASON_STOP;
        }
        if (lookahead.length == 0) {
            return FinishReason.FINISH_REASON_UNSPECIFIED;
        }
        int last = lookahead[lookahead.length - 1];
        if (analysis.sampling().stopTokenIds().contains(last)) {
            return FinishReason.FINISH_REASON_STOP;
        }
        return analysis.task().endTokens().contains(last)
                ? FinishReason.FINISH_REASON_END_OF_TEXT
                : FinishReason.FINISH_REASON_UNSPECIFIED;
    }

    AnalyseResponse summary(int drafted, FinishReason reason, List<StageTime> times) {
        AnalyseSummary.Builder summary = AnalyseSummary.newBuilder()
                .setPromptTokenCount(analysis.task().prompt().length)
                .setLookaheadTokenCount(drafted)
                .setFinishReason(reason);
        times.forEach(time -> summary.addTimings(time.toProto()));
        return AnalyseResponse.newBuilder().setSummary(summary).build();
    }
}
