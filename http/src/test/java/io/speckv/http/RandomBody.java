package io.speckv.http;

import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Bodies that nobody would write on purpose: a valid one with pieces changed, dropped, doubled or put elsewhere, or with a
 * known field of an odd value.
 */
public final class RandomBody {
    /** What the HTTP API may answer to them. */
    public static final Set<Integer> STATUSES = Set.of(200, 400, 404, 408, 413, 415, 429);

    private static final List<String> PATHS = List.of(
            "/v1/chat/completions",
            "/v1/completions",
            "/v1/speckv/explain",
            "/v1/speckv/count",
            "/v1//completions/",
            "/v1/responses",
            "/v1/messages",
            "/v1/messages/count_tokens");
    private static final List<String> VALID = List.of(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}],\"temperature\":0.5,\"stop\":[\"a\"],\"stream\":true}",
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}],\"logprobs\":true,"
                    + "\"top_logprobs\":3,\"chat_template_kwargs\":{\"a\":{\"b\":[1,2,{}]}}}",
            "{\"prompt\":\"Once\",\"max_tokens\":5,\"seed\":-1,\"logprobs\":2,\"stream_options\":{\"include_usage\":true}}",
            "{\"prompt\":[1,2,3],\"speckv\":{\"method\":\"specpc\",\"settings\":{\"specpc\":{\"pool_type\":\"max\"},"
                    + "\"window_size\":null,\"novel\":3},\"fallback\":\"full\",\"report\":{\"kv_positions\":true}}}",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":"
                    + "\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\","
                    + "\"tool_call_id\":\"a\",\"content\":\"y\"}],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
                    + "\"parameters\":{\"type\":\"object\"}}}],\"tool_choice\":\"required\",\"n\":2,\"speckv\":{\"protect\":"
                    + "{\"rule\":\"none\",\"roles\":[\"tool\"],\"ranges\":[[0,3]],\"share\":0.5}}}",
            "{\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"x\"}]},{\"type\":\"function_call\","
                    + "\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"},{\"type\":\"function_call_output\",\"call_id\":\"c\","
                    + "\"output\":\"y\"}],\"instructions\":\"z\",\"stream\":true,\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]}",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"assistant\",\"content\":\"y\"},{\"role\":\"user\","
                    + "\"content\":\"z\"}],\"speckv\":{\"method\":\"specprefill\",\"turns\":\"frozen\",\"recent_tokens\":64,"
                    + "\"settings\":{\"marks\":true,\"whole_lines\":true,\"code_chunk_size\":128,\"score_mass\":0.5,"
                    + "\"floor\":8,\"cap\":64}}}",
            "{\"max_tokens\":9,\"system\":[{\"type\":\"text\",\"text\":\"s\"}],\"messages\":[{\"role\":\"user\",\"content\":\"x\"},"
                    + "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"u\",\"name\":\"f\",\"input\":{}}]},"
                    + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"u\",\"content\":\"y\"}]}],"
                    + "\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}],\"stop_sequences\":[\"E\"]}");
    private static final List<String> PIECES = List.of(
            "null",
            "true",
            "-1",
            "1e999",
            "0.1",
            "\"\"",
            "[]",
            "{}",
            "[[]]",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "9".repeat(400),
            "{\"a\":1,\"a\":2}",
            "[".repeat(200),
            "\uFFFF",
            "\"n\":2,",
            "\"tools\":[{}],",
            ",",
            ":",
            "\\",
            "NaN",
            "//");

    private static final List<String> FIELDS = List.of(
            "temperature",
            "top_p",
            "stop",
            "stop_token_ids",
            "seed",
            "model",
            "messages",
            "prompt",
            "speckv",
            "n",
            "logprobs",
            "stream",
            "stream_options",
            "chat_template_kwargs",
            "max_tokens",
            "response_format",
            "echo");

    private final Random random;

    public RandomBody(Random random) {
        this.random = random;
    }

    /** Returns one of the paths that take a body. */
    public String path() {
        return PATHS.get(random.nextInt(PATHS.size()));
    }

    public String body() {
        return random.nextBoolean() ? mutated() : odd();
    }

    private String mutated() {
        StringBuilder body = new StringBuilder(VALID.get(random.nextInt(VALID.size())));
        int changes = random.nextInt(4);
        for (int i = 0; i < changes && body.length() > 1; i++) {
            int at = random.nextInt(body.length());
            int end = Math.min(body.length(), at + random.nextInt(12));
            switch (random.nextInt(4)) {
                case 0 -> body.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> body.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> body.delete(at, end);
                default -> body.insert(at, body.substring(at, end));
            }
        }
        return body.toString();
    }

    private String value() {
        return PIECES.get(random.nextInt(9));
    }

    /** A valid request with one known field of a wrong or odd value. */
    private String odd() {
        return "{\"prompt\":\"a\",\"%s\":%s,\"x\":%s}"
                .formatted(FIELDS.get(random.nextInt(FIELDS.size())), value(), value())
                .replace("\"prompt\":\"a\",\"prompt\"", "\"prompt\"");
    }
}
