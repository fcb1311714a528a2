package io.speckv.http.answer;

import io.speckv.answers.AnswerPart;
import io.speckv.http.connection.Exchange;
import io.speckv.http.request.Generation;
import io.vertx.core.Future;
import java.util.List;

/**
 * Lays out one answer for its client, in the form of one API: streamed, each piece as it comes, or whole at its end. On the
 * exchange's event loop.
 */
public interface AnswerWriter {
    /** Returns what lays out the answer to one request, in the form that it asked for. */
    static AnswerWriter of(Exchange exchange, Generation generation, AnswerTimes times) {
        return switch (generation.form()) {
            case CHAT -> new ChunkWriter(exchange, generation, times, new ChatChoices());
            case COMPLETION -> new ChunkWriter(exchange, generation, times, new CompletionChoices());
            case RESPONSE -> new ResponseWriter(exchange, generation, times);
            case MESSAGE -> new MessageWriter(exchange, generation, times);
        };
    }

    /** A choice begins; completes when the connection takes more. */
    Future<Void> begin(ReadChoice choice);

    /**
     * A choice goes on, by parts that {@code choice} has taken already.
     *
     * @param parts calls by their beginnings, arguments and ends; those that begin have their ids in {@code choice}, the last
     *     ones of its calls
     */
    Future<Void> parts(ReadChoice choice, List<AnswerPart> parts);

    /** A choice is complete. */
    Future<Void> finish(ReadChoice choice);

    /** All choices are complete, in the order of their places. */
    void end(List<ReadChoice> choices);
}
