package io.speckv.http.upstream;

import io.grpc.StatusRuntimeException;
import io.speckv.answers.AnswerPart;
import io.speckv.http.answer.AnswerWriter;
import io.speckv.http.answer.ReadChoice;
import io.speckv.proto.v1.GenerateResponse;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/** Takes the messages of one choice and gives them to a writer. */
final class ChoiceReply implements UpstreamCall.Receiver<GenerateResponse> {
    private final ReadChoice choice;
    private final AnswerWriter writer;
    private final Runnable ended;
    private final Consumer<StatusRuntimeException> failed;

    /**
     * @param ended runs when the choice is complete
     * @param failed takes the failure of the choice instead
     */
    ChoiceReply(ReadChoice choice, AnswerWriter writer, Runnable ended, Consumer<StatusRuntimeException> failed) {
        this.choice = choice;
        this.writer = writer;
        this.ended = ended;
        this.failed = failed;
    }

    @Override
    public Future<Void> message(GenerateResponse message) {
        return switch (message.getEventCase()) {
            case STARTED -> {
                List<AnswerPart> begun = choice.start(message.getStarted());
                yield writer.begin(choice).compose(done -> pass(begun));
            }
            case DELTA -> pass(choice.grow(message.getDelta()));
            case PIECES -> pass(choice.read(message.getPieces()));
            case FINISHED -> {
                List<AnswerPart> rest = choice.finish(message.getFinished());
                yield pass(rest).compose(done -> writer.finish(choice));
            }
            case EVENT_NOT_SET -> Future.succeededFuture(); // a newer server's event
        };
    }

    private Future<Void> pass(List<AnswerPart> parts) {
        return parts.isEmpty() ? Future.succeededFuture() : writer.parts(choice, parts);
    }

    @Override
    public void end() {
        ended.run();
    }

    @Override
    public void failure(StatusRuntimeException thrown) {
        failed.accept(thrown);
    }
}
