package io.speckv.router.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.ServerCallStreamObserver;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.AnswerPiece;
import io.speckv.proto.v1.AnswerPieces;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.GenerateStarted;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An answer that is sent in one message, and the client who waits for it. */
class WholeReplyTest {
    private final Client client = new Client();
    private final WholeReply reply = new WholeReply(client);
    private final List<String> happened = client.happened;

    /** Writes down what it gets. */
    private static final class Client extends ServerCallStreamObserver<GenerateOnceResponse> {
        private final List<String> happened = new ArrayList<>();
        private final List<GenerateOnceResponse> got = new ArrayList<>();
        private Runnable cancelled = () -> {};
        private boolean left;

        private void leave() {
            left = true;
            cancelled.run();
        }

        @Override
        public boolean isCancelled() {
            return left;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {
            cancelled = handler;
        }

        @Override
        public void onNext(GenerateOnceResponse message) {
            got.add(message);
            happened.add("message");
        }

        @Override
        public void onError(Throwable failure) {
            happened.add(String.valueOf(failure.getMessage()));
        }

        @Override
        public void onCompleted() {
            happened.add("end");
        }

        @Override
        public void setCompression(String compression) {}

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void disableAutoInboundFlowControl() {}
    }

    private static GenerateResponse delta(String text, int... tokens) {
        TokenDelta.Builder delta = TokenDelta.newBuilder().setText(text);
        for (int token : tokens) {
            delta.addTokenIds(token).addLogprobs(TokenLogprobs.newBuilder().setLogprob(-token));
        }
        return GenerateResponse.newBuilder().setDelta(delta).build();
    }

    private static GenerateResponse piece(String text) {
        return GenerateResponse.newBuilder()
                .setPieces(AnswerPieces.newBuilder()
                        .addPieces(AnswerPiece.newBuilder().setText(text)))
                .build();
    }

    private void finish() {
        reply.onClosed(() -> happened.add("closed"));
        reply.finish(() -> happened.add("answered"));
    }

    @Test
    void theMessageHoldsAllThatAStreamWouldHaveBrought() {
        GenerateStarted started = GenerateStarted.newBuilder().setRequestId("r").build();
        GenerateFinished finished =
                GenerateFinished.newBuilder().setMatchedStop("x").build();
        List<GenerateResponse> stream = List.of(
                GenerateResponse.newBuilder().setStarted(started).build(),
                delta("Hé", 1, 2),
                piece("a"),
                GenerateResponse.getDefaultInstance(),
                delta("", 3),
                piece("b"),
                delta("llo"),
                GenerateResponse.newBuilder().setFinished(finished).build());
        assertThat(stream).allMatch(reply::send);
        finish();

        GenerateOnceResponse whole = client.got.get(0);
        assertThat(whole.getStarted()).isEqualTo(started);
        assertThat(whole.getFinished()).isEqualTo(finished);
        assertThat(whole.getAnswer().getText()).isEqualTo("Héllo");
        assertThat(whole.getAnswer().getTokenIdsList()).containsExactly(1, 2, 3);
        assertThat(whole.getAnswer().getLogprobsList())
                .extracting(TokenLogprobs::getLogprob)
                .containsExactly(-1f, -2f, -3f);
        assertThat(whole.getPiecesList()).extracting(AnswerPiece::getText).containsExactly("a", "b");
    }

    @Test
    void anAnswerWithoutATokenIsAMessageToo() {
        finish();

        assertThat(client.got)
                .singleElement()
                .satisfies(whole -> assertThat(whole.getAnswer().getText()).isEmpty());
        assertThat(happened).containsExactly("answered", "message", "end", "closed");
    }

    /** What is measured of an answer must not depend on a client who does not wait for it. */
    @Test
    void whoLeftGetsNothingThoughTheAnswerCounts() {
        reply.onClosed(() -> happened.add("closed"));
        client.leave();
        reply.finish(() -> happened.add("answered"));

        assertThat(happened).containsExactly("closed", "answered");
    }

    /** A call is cancelled before its handler is told. */
    @Test
    void whoLeavesJustAtTheEndGetsNothingEither() {
        client.left = true;
        finish();
        assertThat(happened).containsExactly("answered", "closed");
    }

    @Test
    void aFailureNamesItsFieldWithinTheRequestOfThisMethod() {
        reply.onClosed(() -> happened.add("closed"));
        reply.fail(RequestException.invalidField("prompt", "is empty"));

        assertThat(happened).containsExactly("request.prompt is empty", "closed");
    }

    @Test
    void anyOtherFailureIsPassedOn() {
        reply.fail(new IllegalStateException("odd"));

        assertThat(happened).containsExactly("odd");
    }

    @Test
    void whatComesAfterTheEndIsNothing() {
        finish();
        reply.fail(RequestException.of(FailureCode.TARGET_LOST, "late"));
        client.leave();
        reply.finish(() -> {});

        assertThat(happened).containsExactly("answered", "message", "end", "closed");
    }

    @Test
    void whoLeftIsToldOfNoFailure() {
        reply.onClosed(() -> happened.add("closed"));
        client.leave();
        reply.fail(new IllegalStateException("odd"));

        assertThat(happened).containsExactly("closed");
    }
}
