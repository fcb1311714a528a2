package io.speckv.deploy;

import static org.assertj.core.api.Assertions.fail;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateOnceRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/** Requests for the number that the example's prompt hides, and what comes back. */
final class Answers {
    static final Path PROMPT = Home.FOLDER.resolve("docs/examples/hidden-number.txt");
    static final String HIDDEN = "4817263";

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private Answers() {}

    static GenerateRequest request(String method) throws IOException {
        return GenerateRequest.newBuilder()
                .setPrompt(Prompt.newBuilder().setText(Files.readString(PROMPT)))
                .setMethod(Method.newBuilder().setName(method))
                .setSampling(SamplingSettings.newBuilder().setMaxNewTokens(12))
                .build();
    }

    /** Returns a request whose answer takes seconds. */
    static GenerateRequest longRequest(int newTokens) throws IOException {
        return request("full").toBuilder()
                .setSampling(
                        SamplingSettings.newBuilder().setMaxNewTokens(newTokens).setIgnoreEos(true))
                .build();
    }

    static GenerateOnceRequest once(GenerateRequest request) {
        return GenerateOnceRequest.newBuilder().setRequest(request).build();
    }

    /** Returns why a request is not answered with the method that it asks for, or "" when it is. */
    static String missing(ContainerTrio trio, GenerateRequest request) {
        try {
            GenerateOnceResponse answer = trio.calls().generateOnce(once(request));
            return fellBack(answer) ? fallback(answer).name() : "";
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
                throw e;
            }
            return e.getStatus().toString();
        }
    }

    static FallbackReason fallback(GenerateOnceResponse answer) {
        return answer.getFinished().getCompression().getFallbackReason();
    }

    static boolean fellBack(GenerateOnceResponse answer) {
        return fallback(answer) != FallbackReason.FALLBACK_REASON_UNSPECIFIED;
    }

    /** Looks again until nothing is missing, and fails with what was. */
    static void await(Duration limit, Supplier<String> missing) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (String now = missing.get(); !now.isEmpty(); now = missing.get()) {
            if (System.nanoTime() > end) {
                fail("not within " + limit + ": " + now);
            }
            Thread.sleep(LOOK_AGAIN.toMillis());
        }
    }
}
