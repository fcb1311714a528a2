package io.speckv.http.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.speckv.answers.AnswerPart;
import io.speckv.http.answer.AnswerWriter;
import io.speckv.http.answer.ReadChoice;
import io.speckv.http.json.JsonFields;
import io.speckv.http.request.GenerationReader;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.AnswerPiece;
import io.speckv.proto.v1.AnswerPieces;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.GenerateStarted;
import io.speckv.proto.v1.TokenDelta;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoiceReplyTest {
    private final List<String> written = new ArrayList<>();
    private Future<Void> room = Future.succeededFuture();
    private final ChoiceReply reply = new ChoiceReply(
            new ReadChoice(
                    0,
                    GenerationReader.chat(JsonFields.parse("{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}"
                            .getBytes(StandardCharsets.UTF_8)))),
            new Noting(),
            () -> written.add("ended"),
            thrown -> written.add("failed " + thrown.getStatus().getCode()));

    /** Notes what is to be written, and says when the connection takes more. */
    private final class Noting implements AnswerWriter {
        @Override
        public Future<Void> begin(ReadChoice choice) {
            written.add("begin");
            return room;
        }

        @Override
        public Future<Void> parts(ReadChoice choice, List<AnswerPart> parts) {
            written.add(parts.toString());
            return room;
        }

        @Override
        public Future<Void> finish(ReadChoice choice) {
            written.add("finish");
            return room;
        }

        @Override
        public void end(List<ReadChoice> choices) {
            throw new AssertionError("an answer ends with all of its choices, not with one");
        }
    }

    private static GenerateResponse started(String prefix) {
        return GenerateResponse.newBuilder()
                .setStarted(GenerateStarted.newBuilder()
                        .setAnswerMarks(AnswerMarks.newBuilder()
                                .setReasoningStart("<think>")
                                .setReasoningEnd("</think>")
                                .setPrefix(prefix)))
                .build();
    }

    private static GenerateResponse delta(String text) {
        return GenerateResponse.newBuilder()
                .setDelta(TokenDelta.newBuilder().setText(text))
                .build();
    }

    private static GenerateResponse finished() {
        return GenerateResponse.newBuilder()
                .setFinished(GenerateFinished.getDefaultInstance())
                .build();
    }

    @Test
    void messagesBecomePartsInTheirOrder() {
        for (GenerateResponse message : List.of(started(""), delta("Hi"), finished())) {
            assertThat(reply.message(message).succeeded()).isTrue();
        }
        reply.end();

        assertThat(written).containsExactly("begin", "[Text[text=Hi]]", "finish", "ended");
    }

    @Test
    void whatTheAnswerWasGivenFollowsItsBeginning() {
        assertThat(reply.message(started("<think>So")).succeeded()).isTrue();

        assertThat(written).containsExactly("begin", "[Reasoning[text=So]]");
    }

    @Test
    void aTextThatIsHeldUntilTheEndLeavesBeforeIt() {
        var unused = reply.message(started(""));
        unused = reply.message(delta("<thi"));
        assertThat(written).as("it may become a mark").containsExactly("begin");
        unused = reply.message(finished());

        assertThat(written).containsExactly("begin", "[Text[text=<thi]]", "finish");
    }

    @Test
    void whatSaysNothingIsNotWritten() {
        assertThat(reply.message(delta("")).succeeded()).isTrue();
        assertThat(reply.message(GenerateResponse.getDefaultInstance()).succeeded())
                .as("an event that is not known yet")
                .isTrue();
        assertThat(written).isEmpty();
    }

    @Test
    void piecesOfARendererAreParts() {
        var unused = reply.message(GenerateResponse.newBuilder()
                .setPieces(AnswerPieces.newBuilder()
                        .addPieces(AnswerPiece.newBuilder().setText("Hi")))
                .build());

        assertThat(written).containsExactly("[Text[text=Hi]]");
    }

    @Test
    void theNextMessageWaitsUntilTheConnectionTakesIt() {
        Promise<Void> taken = Promise.promise();
        room = taken.future();
        Future<Void> handled = reply.message(started("<think>So"));
        assertThat(handled.isComplete()).isFalse();
        assertThat(written).as("its parts wait behind its beginning").containsExactly("begin");

        taken.complete();

        assertThat(handled.succeeded()).isTrue();
        assertThat(written).hasSize(2);
    }

    @Test
    void aFailureIsPassedOnAsItIs() {
        reply.failure(new StatusRuntimeException(Status.UNAVAILABLE));

        assertThat(written).containsExactly("failed UNAVAILABLE");
    }
}
