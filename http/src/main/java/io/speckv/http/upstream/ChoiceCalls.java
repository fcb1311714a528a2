package io.speckv.http.upstream;

import io.grpc.StatusRuntimeException;
import io.speckv.http.answer.AnswerWriter;
import io.speckv.http.answer.ReadChoice;
import io.speckv.http.connection.Exchange;
import io.speckv.http.connection.RequestId;
import io.speckv.http.json.ApiError;
import io.speckv.http.request.Generation;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The generations of one request, one per choice. If one fails, the request fails. Confined to the exchange's event loop. */
public final class ChoiceCalls {
    private final Exchange exchange;
    private final Generation generation;
    private final AnswerWriter writer;
    private final List<ReadChoice> choices = new ArrayList<>();
    private int running;

    public ChoiceCalls(Exchange exchange, Generation generation, AnswerWriter writer) {
        this.exchange = exchange;
        this.generation = generation;
        this.writer = writer;
    }

    /**
     * Makes the call of every choice.
     *
     * @param call makes one call of the InferenceService
     */
    public void start(BiConsumer<GenerateRequest, UpstreamCall.Receiver<GenerateResponse>> call) {
        running = generation.requests().size();
        for (int i = 0; i < generation.requests().size(); i++) {
            ReadChoice choice = new ReadChoice(i, generation);
            choices.add(choice);
            GenerateRequest request =
                    generation.requests().get(i).toBuilder().setRequestId(id(i)).build();
            call.accept(request, new ChoiceReply(choice, writer, this::ended, failed(i)));
        }
    }

    /** The first call has the request's id; an id has the same longest length for calls and requests. */
    private String id(int index) {
        String id = exchange.requestId();
        String ending = "-" + index;
        return index == 0
                ? id
                : id.substring(0, Math.min(id.length(), RequestId.LENGTH_MOST - ending.length())) + ending;
    }

    private void ended() {
        running--;
        if (running == 0) {
            writer.end(choices);
        }
    }

    private Consumer<StatusRuntimeException> failed(int index) {
        return thrown -> exchange.error(ApiError.of(thrown, () -> generation.fields(index)));
    }
}
