package io.speckv.router.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.router.renderer.ScriptedRenderer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An answer that a renderer reads on its way to a client that is slow, breaks or leaves just when it hurts. */
class DerenderedReplyTest {
    private static final GenerateResponse END = GenerateResponse.newBuilder()
            .setFinished(GenerateFinished.getDefaultInstance())
            .build();

    private final ScriptedRenderer renderer = new ScriptedRenderer();
    private final Client client = new Client();
    private final DerenderedReply reply =
            new DerenderedReply(client, renderer.derenderer().begin("r", Map.of(), new int[] {1}));

    /** Writes down what it is sent; a test says what else happens meanwhile. */
    private static final class Client implements ReplySink {
        private final List<String> got = new CopyOnWriteArrayList<>();
        private final CompletableFuture<String> ended = new CompletableFuture<>();
        private Predicate<GenerateResponse> meanwhile = message -> true;
        private Runnable room = () -> {};
        private Runnable close = () -> {};

        @Override
        public boolean send(GenerateResponse message) {
            boolean goesOn = meanwhile.test(message);
            got.add(
                    message.hasPieces()
                            ? message.getPieces().getPieces(0).getText()
                            : message.getEventCase().name());
            return goesOn;
        }

        @Override
        public void onRoom(Runnable callback) {
            room = callback;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void onClosed(Runnable callback) {
            close = callback;
        }

        @Override
        public void finish(Runnable answered) {
            answered.run();
            ended.complete("well");
        }

        @Override
        public void fail(Throwable failure) {
            ended.complete(failure.getMessage());
        }

        private String end() {
            return ended.orTimeout(10, TimeUnit.SECONDS).join();
        }
    }

    @BeforeEach
    void open() {
        reply.onRoom(() -> {});
        reply.onClosed(() -> {});
        renderer.on(
                ScriptedRenderer.DERENDER,
                asked -> new ScriptedRenderer.Said(
                        200,
                        "{\"chunk\":{\"choices\":[{\"delta\":{\"content\":\"%s\"}}]},\"stream_state\":{}}"
                                .formatted(asked.body().at("/generate_chunk/choices/0/token_ids"))));
    }

    @AfterEach
    void close() {
        renderer.close();
    }

    private static GenerateResponse token(int id) {
        return GenerateResponse.newBuilder()
                .setDelta(TokenDelta.newBuilder().addTokenIds(id))
                .build();
    }

    private void finish() {
        var unused = reply.send(END);
        reply.finish(() -> client.got.add("answered"));
    }

    @Test
    void roomThatComesWhileAMessageIsSentIsNotMissed() {
        client.meanwhile = message -> {
            if (message.hasDelta()) {
                client.room.run();
            }
            return !message.hasDelta();
        };
        var unused = reply.send(token(7));
        finish();
        assertThat(client.end()).isEqualTo("well");
        assertThat(client.got).containsExactly("DELTA", "[7]", "[]", "FINISHED", "answered");
    }

    @Test
    void nothingIsAskedBeforeThePiecesOfTheLastQuestionAreSent() {
        client.meanwhile = message -> {
            if (message.hasPieces()
                    && message.getPieces().getPieces(0).getText().equals("[7]")) {
                var unused = reply.send(token(8));
                finish();
                waitForMoreQuestions();
            }
            return true;
        };
        var unused = reply.send(token(7));
        assertThat(client.end()).isEqualTo("well");
        assertThat(client.got).containsExactly("DELTA", "DELTA", "[7]", "[8]", "FINISHED", "answered");
    }

    /** Long enough for one that must not come. */
    private void waitForMoreQuestions() {
        try {
            Thread.sleep(300);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aClientThatTakesNoPiecesEndsTheAnswer() {
        client.meanwhile = message -> {
            if (message.hasPieces()) {
                throw new IllegalStateException("no place");
            }
            return true;
        };
        var unused = reply.send(token(7));
        assertThat(client.end()).isEqualTo("no place");
        finish();
        assertThat(client.got).as("it is not answered").containsExactly("DELTA");
    }

    @Test
    void nothingIsAskedForAClientThatHasLeft() {
        client.close.run();
        var unused = reply.send(token(7));
        finish();
        waitForMoreQuestions();
        assertThat(renderer.asked).isEmpty();
    }

    @Test
    void anAnswerIsNotAnsweredBeforeItsLastPieceIsRead() {
        renderer.on(ScriptedRenderer.DERENDER, asked -> new ScriptedRenderer.Said(502, ""));
        finish();
        assertThat(client.end()).contains("answers /v1/chat/completions/derender with status 502");
        assertThat(client.got).isEmpty();
    }
}
