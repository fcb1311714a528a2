package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.grpc.Context;
import io.speckv.kit.LoggedLines;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.GenerateRequest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What the log tells at DEBUG of each request: {@code RequestLog} has a line for every end that one can have. */
@Isolated // other routers log at the same place
class RequestLinesTest {
    private final LoggedLines log = LoggedLines.of("io.speckv.router.run", Level.DEBUG);

    @AfterEach
    void stopListening() {
        log.close();
    }

    private List<String> lines(String requestId) {
        return log.lines().stream()
                .filter(line -> line.contains(" request_id=" + requestId + " "))
                .toList();
    }

    private static GenerateRequest request(String requestId) {
        return RouterRig.request("specpc").setRequestId(requestId).build();
    }

    @Test
    void anAnswerIsToldWithWhatWasChosenAndWhoWorkedForIt() {
        try (RouterRig rig = RouterRig.start()) {
            rig.once(request("one"));

            assertThat(lines("one")).hasSize(2);
            assertThat(lines("one").get(0))
                    .startsWith("DEBUG chosen request_id=one model=fake-target pool= requested=specpc method=specpc ")
                    .contains(" prompt_tokens=40 kept_tokens=10 draft=127.0.0.1:" + rig.draftServer.port() + " at_ms=");
            assertThat(lines("one").get(1))
                    .startsWith("DEBUG answered by request_id=one target=127.0.0.1:" + rig.targetServer.port()
                            + " target_attempts=1 tokenize_ms=")
                    .contains(" select_ms=")
                    .matches(".* at_ms=\\d+");
        }
    }

    @Test
    void aChoiceThatIsOnlyExplainedIsToldAsWell() {
        try (RouterRig rig = RouterRig.start()) {
            var unused = rig.blocking()
                    .explain(ExplainRequest.newBuilder()
                            .setRequestId("why")
                            .setPrompt(RouterRig.prompt(40))
                            .setMethod(RouterRig.method("specpc"))
                            .build());

            assertThat(lines("why")).singleElement().asString().startsWith("DEBUG chosen request_id=why ");
        }
    }

    @Test
    void aFailureIsToldWithItsCodeAndTheTargetThatWasAsked() {
        try (RouterRig rig = RouterRig.start()) {
            rig.target.onStart = (call, observer) ->
                    observer.onError(Failures.encode(RequestException.of(FailureCode.KV_MEMORY, "no slot is free")));
            rig.failure(request("full"));

            RouterRig.await(() -> lines("full").size() == 2, "the failure is not told");
            assertThat(lines("full").get(1))
                    .startsWith("DEBUG failed request_id=full code=KV_MEMORY" + " draft=")
                    .contains(" target=127.0.0.1:" + rig.targetServer.port() + " at_ms=")
                    .doesNotContain("with a trace");
        }
    }

    @Test
    void aClientThatLeavesIsToldInOneLineWithoutATrace() {
        try (RouterRig rig = RouterRig.start()) {
            rig.target.script = (call, observer) -> observer.onNext(FakeTarget.delta(0));
            Context.CancellableContext client = Context.current().withCancellation();
            client.run(() -> {
                var answer = rig.blocking().generate(request("gone"));
                assertThat(answer.next().hasStarted()).isTrue();
            });
            client.cancel(null);

            RouterRig.await(() -> lines("gone").size() == 2, "the client's leaving is not told");
            assertThat(lines("gone").get(1)).matches("INFO the client left request_id=gone at_ms=\\d+");
        }
    }
}
