package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.ReportSettings;
import io.speckv.proto.v1.StageSettings;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The method whose scores come from a token classifier beside the draft. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClassificationTest {
    private final RouterRig without = RouterRig.start();
    private final RouterRig rig = RouterRig.start();

    @AfterAll
    void close() {
        without.close();
        rig.close();
    }

    private static GenerateRequest request() {
        return RouterRig.request("full")
                .setRequestId("classified")
                .setMethod(Method.newBuilder()
                        .setName("llmlingua2")
                        .setSettings(StageSettings.newBuilder().setMaxCapacityPrompt(10)))
                .setReport(ReportSettings.newBuilder().setKeptPositions(true))
                .build();
    }

    private static boolean describesIt(RouterRig rig) {
        return rig.blocking().describe(DescribeRequest.getDefaultInstance()).getMethodsList().stream()
                .anyMatch(method -> method.getName().equals("llmlingua2"));
    }

    @Test
    void theDraftsClassifierScoresThePrompt() {
        rig.draft.classifier = "fake-classifier";
        RouterRig.await(() -> describesIt(rig), "the router does not know the classifier");
        GenerateOnceResponse answer = rig.once(request());

        AnalyseRequest asked = rig.draft.requests.stream()
                .filter(request -> request.getRequestId().equals("classified"))
                .findFirst()
                .orElseThrow();
        assertThat(asked.getClassification()).isTrue();
        assertThat(asked.hasScoring()).isFalse();
        assertThat(asked.getLookaheadTokens()).isZero();
        assertThat(answer.getFinished().getCompression().getKeptPositionsList())
                .isEqualTo(IntStream.range(30, 40).boxed().toList());
    }

    @Test
    void aDraftWithoutAClassifierIsNoFallbackButARefusal() {
        RemoteFailure failure = without.failure(request());

        assertThat(failure.code()).contains(FailureCode.CLASSIFIER_MISSING);
        assertThat(failure.status()).isEqualTo(FailureCode.CLASSIFIER_MISSING.status());
        assertThat(failure.fields()).containsExactly("method.name");
        assertThat(failure.message()).contains("llmlingua2").contains("fake-draft");
        assertThat(describesIt(without)).isFalse();
    }
}
