package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.grpc.Status;
import io.speckv.kit.LoggedLines;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerateRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients are told why {@code PeerWatch} cannot reach a service, and the log tells where it was looked for as well. */
@Isolated // other routers log at the same place
class UnreachedPeersTest {
    private final LoggedLines log = LoggedLines.of("io.speckv.router.pool", Level.WARN);

    @AfterEach
    void stopListening() {
        log.close();
    }

    private static void awaitReason(RouterRig rig, String reason) {
        RouterRig.await(
                () -> rig.blocking()
                        .describe(DescribeRequest.getDefaultInstance())
                        .getModels(0)
                        .getNotReadyReason()
                        .equals(reason),
                "who asks for the models is not told: " + reason);
    }

    private void assertLogged(String address, String why) {
        assertThat(log.lines())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("WARN cannot be reached ")
                        .contains(" address=" + address + " why=" + why + " "));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:1, nothing listens at its address", "no-such-host.invalid:9002, its name cannot be looked up"
    })
    void aTargetThatWasNeverReached(String address, String why) {
        try (RouterRig rig = RouterRig.startUnchecked(
                "--target.channel.target=" + address, "--target.channel.allow-plaintext=true")) {
            String told = "no target has described itself yet: " + why;
            awaitReason(rig, told);
            RemoteFailure failure = rig.failure(RouterRig.request("full").build());

            assertThat(failure.status()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(failure.is(FailureCode.NO_TARGET)).isTrue();
            assertThat(failure.message()).isEqualTo(told);
            assertLogged(address, why);
        }
    }

    /** Told once, however often it is asked: a router asks every few seconds. */
    @Test
    void aDraftWithATokenizerThatNobodyKnowsIsToldOnce() {
        try (RouterRig rig = RouterRig.start()) {
            rig.draft.fingerprint = "f00d";
            AnalysisReuseTest.weights(rig, "first");
            AnalysisReuseTest.weights(rig, "second");

            assertThat(log.lines())
                    .filteredOn(line -> line.contains("draft_fingerprint=f00d"))
                    .singleElement()
                    .asString()
                    .startsWith("ERROR the draft has a tokenizer that the router does not know: requests go without it")
                    .contains(" known_fingerprints=[" + rig.fingerprint + "]");
        }
    }

    @Test
    void aTargetThatIsGone() {
        try (RouterRig rig = RouterRig.start("--target.attempts=1")) {
            rig.targetServer.close();
            awaitReason(rig, "no target can be reached: nothing listens at its address");

            assertThat(rig.failure(RouterRig.request("full").build()).message())
                    .isEqualTo("no target could take the request: nothing listens at its address");
        }
    }

    /** After a while it is no longer asked; what is told then is still why. */
    @Test
    void aDraftThatIsGoneIsNotTakenForOneThatIsSilent() {
        try (RouterRig rig = RouterRig.start("--draft.attempts=1")) {
            rig.draftServer.close();
            GenerateRequest strict = RouterRig.request("specpc")
                    .setFallback(FallbackPolicy.FALLBACK_POLICY_FAIL)
                    .build();
            RouterRig.await(
                    () -> rig.failure(strict).message().contains("left alone"), "a draft that is gone is asked again");

            assertThat(rig.failure(strict).message())
                    .isEqualTo("the draft is left alone for a while: nothing listens at its address");
        }
    }

    @Test
    void aDraftWithoutWhichRequestsFail() {
        try (RouterRig rig = RouterRig.startUnchecked("--draft.channel.target=127.0.0.1:1", "--fallback.policy=fail")) {
            String why = "nothing listens at its address";
            awaitReason(rig, "no draft can be used, and requests fail without one: " + why);

            assertLogged("127.0.0.1:1", why);
        }
    }
}
