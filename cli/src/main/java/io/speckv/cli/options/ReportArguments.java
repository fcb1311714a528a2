package io.speckv.cli.options;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.speckv.cli.client.AnswerSummary;
import io.speckv.proto.v1.GenerateFinished;
import picocli.CommandLine.Option;

/** Options of what a client command prints besides its result. */
public final class ReportArguments {
    @Option(names = "--json", description = "print the whole answer as one line of JSON, with the API's names")
    boolean json;

    @Option(names = "--trace", description = "draw when each stage ran, on standard error")
    boolean trace;

    /** Returns whether the answer is wanted as JSON. */
    public boolean asJson() {
        return json;
    }

    /** Returns whether to draw the stages. */
    public boolean traced() {
        return trace;
    }

    /** Prints an answer of the API as one line of JSON. */
    public void json(MessageOrBuilder answer) {
        try {
            System.out.println(JsonFormat.printer()
                    .preservingProtoFieldNames()
                    .omittingInsignificantWhitespace()
                    .print(answer));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("an answer that cannot be written as JSON", e);
        }
    }

    /** Draws the stages of a generation, if requested. */
    public void after(GenerateFinished finished) {
        if (trace) {
            System.err.print(new AnswerSummary(finished).waterfall());
        }
    }
}
