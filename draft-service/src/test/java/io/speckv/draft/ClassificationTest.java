package io.speckv.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.TinyClassifier;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.checkpoint.WeightType;
import io.speckv.engine.checkpoint.config.EncoderArchitecture;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.AnalyseResponse.EventCase;
import io.speckv.proto.v1.AttentionScoring;
import io.speckv.proto.v1.DraftServiceDescribeRequest;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.serving.PromptClassifier;
import io.speckv.text.Encoding;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Scores of a token classifier that stands beside the draft. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClassificationTest {
    private static final String TEXT =
            "Words go on, and stop. Then others come; at last 4817263 is the number. ".repeat(3);

    @TempDir
    static Path folder;

    private LoopbackDraft draft;
    private Encoding prompt;
    private float[] expected;

    @BeforeAll
    void start() {
        Path classifier = TinyClassifier.BERT.write(folder.resolve("tiny-classifier"));
        draft = LoopbackDraft.start("llama-draft", "--classifier.folder=" + classifier);
        try (Tokenizer tokenizer = Tokenizer.open(GoldenRun.model("llama-draft"));
                PromptClassifier local =
                        PromptClassifier.open(classifier, ModelOptions.DEFAULTS.withPrecision(Precision.FP32))) {
            prompt = tokenizer.encode(TEXT, SpecialTokens.INCLUDED);
            expected = local.scores(prompt, YieldPoint.NONE);
        }
    }

    @AfterAll
    void stop() {
        draft.close();
    }

    private static float[] scores(AnalyseResponse message) {
        return ScoreVectors.fromProto(message.getImportance(), "importance");
    }

    @Test
    void describesItsClassifierByName() {
        assertThat(draft.blocking()
                        .describe(DraftServiceDescribeRequest.getDefaultInstance())
                        .getClassifierName())
                .isEqualTo("tiny-classifier");
    }

    @Test
    void aClassifierOfTheSameNameWithOtherWeightsHasAnotherFingerprint(@TempDir Path other) {
        Path retrained =
                new TinyClassifier(EncoderArchitecture.BERT, WeightType.F32, 8).write(other.resolve("tiny-classifier"));
        try (LoopbackDraft again = LoopbackDraft.start("llama-draft", "--classifier.folder=" + retrained)) {
            assertThat(classifierFingerprint(again)).isNotEmpty().isNotEqualTo(classifierFingerprint(draft));
        }
    }

    private static String classifierFingerprint(LoopbackDraft draft) {
        return draft.blocking()
                .describe(DraftServiceDescribeRequest.getDefaultInstance())
                .getClassifierFingerprint();
    }

    @Test
    void tokensAndTextGetTheScoresOfOneProcess() {
        List<AnalyseResponse> ofTokens = draft.analyse(
                LoopbackDraft.request(prompt.ids()).setClassification(true).build());
        List<AnalyseResponse> ofText = draft.analyse(AnalyseRequest.newBuilder()
                .setText(TEXT)
                .setClassification(true)
                .build());

        assertThat(ofTokens)
                .extracting(AnalyseResponse::getEventCase)
                .containsExactly(EventCase.IMPORTANCE, EventCase.SUMMARY);
        assertThat(scores(ofTokens.get(0))).containsExactly(expected);
        assertThat(scores(ofText.get(1))).containsExactly(expected);
        assertThat(ofTokens.get(1).getSummary().getLookaheadTokenCount()).isZero();
    }

    @Test
    void theDraftStillDraftsWhereThatIsAskedForAsWell() {
        List<AnalyseResponse> answer = draft.analyse(LoopbackDraft.request(prompt.ids())
                .setClassification(true)
                .setLookaheadTokens(3)
                .setSampling(SamplingSettings.newBuilder().setIgnoreEos(true))
                .build());

        assertThat(scores(answer.get(0))).containsExactly(expected);
        assertThat(LoopbackDraft.lookahead(answer)).hasSize(3);
    }

    @Test
    void bothKindsOfScoresAtOnceAreRefused() {
        RemoteFailure failure = failure(
                draft,
                LoopbackDraft.request(1, 2)
                        .setClassification(true)
                        .setScoring(AttentionScoring.newBuilder().setWindowSize(1))
                        .build());

        assertThat(failure.is(FailureCode.FIELD_INVALID)).isTrue();
        assertThat(failure.fields()).containsExactly("classification");
    }

    @Test
    void aServiceWithoutAClassifierSaysSo() {
        try (LoopbackDraft without = LoopbackDraft.start("llama-draft")) {
            RemoteFailure failure = failure(
                    without, LoopbackDraft.request(1, 2).setClassification(true).build());

            assertThat(failure.is(FailureCode.CLASSIFIER_MISSING)).isTrue();
            assertThat(failure.fields()).containsExactly("classification");
            assertThat(without.blocking()
                            .describe(DraftServiceDescribeRequest.getDefaultInstance())
                            .getClassifierName())
                    .isEmpty();
        }
    }

    private static RemoteFailure failure(LoopbackDraft draft, AnalyseRequest request) {
        return RemoteFailure.of(catchThrowable(() -> draft.analyse(request))).orElseThrow();
    }
}
