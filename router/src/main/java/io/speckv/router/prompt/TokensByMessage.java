package io.speckv.router.prompt;

import io.speckv.selection.prompt.ProtectedParts.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Groups the tokens of a chat's prompt by the message that they come from. Tokens are added in order. */
final class TokensByMessage {
    private final Map<Integer, IntStream.Builder> tokens = new TreeMap<>();

    void add(int message, int token) {
        tokens.computeIfAbsent(message, unused -> IntStream.builder()).add(token);
    }

    /**
     * Returns one part of the prompt per message, in their order; to be called once.
     *
     * @param kind of a message's part
     */
    List<Part> parts(IntFunction<String> kind) {
        List<Part> parts = new ArrayList<>();
        tokens.forEach((message, own) ->
                parts.add(new Part(kind.apply(message), message, own.build().toArray())));
        return parts;
    }
}
