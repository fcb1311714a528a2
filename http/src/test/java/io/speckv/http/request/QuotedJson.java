package io.speckv.http.request;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.speckv.http.json.ApiError;
import io.speckv.http.json.JsonFields;
import io.speckv.proto.v1.ChatMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Requests whose JSON has single quotes, and what is made of them as lines. */
final class QuotedJson {
    private QuotedJson() {}

    static JsonFields request(String quoted) {
        return JsonFields.parse(quoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the message of the failure that {@code reader} refuses a request with. */
    static String refusal(String quoted, Consumer<JsonFields> reader) {
        JsonFields request = request(quoted);
        ApiError.RefusedException refused =
                catchThrowableOfType(ApiError.RefusedException.class, () -> reader.accept(request));
        return Objects.requireNonNull(refused, () -> "nothing was refused of " + quoted)
                .error()
                .message();
    }

    /** Returns turns as {@code role 'content' attributes}; content that is null is left out. */
    static List<String> lines(List<ChatMessage> turns) {
        return turns.stream().map(QuotedJson::line).toList();
    }

    private static String line(ChatMessage turn) {
        try {
            return turn.getRole()
                    + (turn.getContentIsNull() ? "" : " '" + turn.getContent() + "'")
                    + (turn.hasAttributes()
                            ? " "
                                    + JsonFormat.printer()
                                            .omittingInsignificantWhitespace()
                                            .sortingMapKeys()
                                            .print(turn.getAttributes())
                                            .replace('"', '\'')
                            : "");
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
