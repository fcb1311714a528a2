package io.speckv.cli.client;

import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import java.io.PrintStream;

/** Prints answers as they come. */
public final class AnswerPrinter {
    private final PrintStream out;
    private final Terminal terminal;

    public AnswerPrinter(PrintStream out, Terminal terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * A printed answer.
     *
     * @param text the whole text
     */
    public record Printed(String text, GenerateFinished finished) {}

    /**
     * Asks, prints the text and a newline, and returns the answer.
     *
     * @throws RouterException if the call fails; a partial answer is on its own line by then
     */
    public Printed print(RouterClient client, GenerateRequest request) {
        StringBuilder text = new StringBuilder();
        GenerateFinished.Builder finished = GenerateFinished.newBuilder();
        try (WaitingLine progress = WaitingLine.of("waiting for the first token", terminal)) {
            client.generate(request, message -> {
                progress.done();
                receive(message, text, finished);
            });
        } finally {
            if (!text.isEmpty()) {
                out.println();
                out.flush();
            }
        }
        return new Printed(text.toString(), finished.build());
    }

    private void receive(GenerateResponse message, StringBuilder text, GenerateFinished.Builder finished) {
        switch (message.getEventCase()) {
            case DELTA -> {
                text.append(message.getDelta().getText());
                out.print(message.getDelta().getText());
                out.flush();
            }
            case FINISHED -> finished.mergeFrom(message.getFinished());
            case STARTED, PIECES, EVENT_NOT_SET -> {}
        }
    }
}
