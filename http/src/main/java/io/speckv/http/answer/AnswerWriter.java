package io.speckv.http.answer;

import io.speckv.answers.AnswerPart;
import io.speckv.http.connection.Exchange;
import io.speckv.http.request.Generation;
import io.vertx.core.Future;
import java.util.List;

/**
 * Lays out one answer for its client, in the form of one API: either as a stream of its pieces or whole at its end. Runs on the
 * exchange's event loop.
 */
public interface AnswerWriter {
    /** Returns the writer for the form that the request asked for. */
    static AnswerWriter of(Exchange exchange, Generation generation, AnswerTimes times) {
        return switch (generation.form()) {
            case CHAT -> new ChunkWriter(exchange, generation, times, new ChatChoices());
            case COMPLETION -> new ChunkWriter(exchange, generation, times, new CompletionChoices());
            case RESPONSE -> new ResponseWriter(exchange, generation, times);
            case MESSAGE -> new MessageWriter(exchange, generation, times);
        };
    }

    /** Begins a choice; completes when the connection takes more. */
    Future<Void> begin(ReadChoice choice);

    /**
     * Continues a choice with parts that {@code choice} has already taken.
     *
     * @param parts calls come as their beginnings, arguments and ends; the calls that begin here are the last ones in
     *     {@code choice}, which has their ids
     */
    Future<Void> parts(ReadChoice choice, List<AnswerPart> parts);

    /** Ends a choice. */
    Future<Void> finish(ReadChoice choice);

    /** Ends the answer; all choices are complete and in order. */
    void end(List<ReadChoice> choices);
}
