package io.speckv.router.renderer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engineclient.EngineReply;
import io.speckv.proto.v1.AnswerPiece;
import io.speckv.text.chat.ChatMessage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads answers by the parsers of vLLM's renderer. The renderer keeps no state between two questions, so the parser's state
 * travels with each question and answer. Thread-safe.
 */
public final class AnswerDerenderer {
    private static final String DERENDER = "/v1/chat/completions/derender";
    /**
     * Most tokens of the prompt's end that are sent. The end shows whether the prompt opened the model's reasoning; the whole
     * prompt may be longer than vLLM takes.
     */
    private static final int PROMPT_TOKENS_MOST = 128;

    private static final List<ChatMessage> NOBODY = List.of(new ChatMessage("user", ""));

    private final RendererCalls calls;

    AnswerDerenderer(RendererCalls calls) {
        this.calls = calls;
    }

    /**
     * Begins to read an answer; nothing is asked before {@link Answer#read}.
     *
     * @param variables that the conversation was laid out with, tools among them
     * @param prompt that the answer follows
     */
    public Answer begin(String requestId, Map<String, ? extends @Nullable Object> variables, int[] prompt) {
        return new Answer(
                requestId,
                calls.ofModel(ChatBody.of(NOBODY, variables)),
                Arrays.copyOfRange(prompt, Math.max(0, prompt.length - PROMPT_TOKENS_MOST), prompt.length));
    }

    /** One answer, which is read by one question after the other. */
    public final class Answer {
        private final String requestId;
        private final ObjectNode chat;
        private final int[] promptEnd;
        private final DerenderedDeltas deltas = new DerenderedDeltas();
        private JsonNode state = NullNode.getInstance();

        private Answer(String requestId, ObjectNode chat, int[] promptEnd) {
            this.requestId = requestId;
            this.chat = chat;
            this.promptEnd = promptEnd;
        }

        /**
         * Has more of the answer read; must not be called again before the returned future is complete.
         *
         * @param ids tokens that follow those read before; may be empty at the end
         * @param end why the answer ends with them, as OpenAI says it; null if the answer goes on
         * @return the pieces that these tokens complete; fails with a {@link io.speckv.kit.failure.RequestException}.
         *     Cancelling the future ends the question
         */
        public CompletableFuture<List<AnswerPiece>> read(int[] ids, @Nullable String end) {
            CompletableFuture<EngineReply> reply = calls.askLater(DERENDER, body(ids, end));
            CompletableFuture<List<AnswerPiece>> pieces = reply.thenApply(said -> pieces(said, end != null));
            var unused = pieces.whenComplete((done, failure) -> reply.cancel(true));
            return pieces;
        }

        private ObjectNode body(int[] ids, @Nullable String end) {
            ObjectNode body =
                    calls.ofModel(JsonNodeFactory.instance.objectNode().put("stream", true));
            body.set("chat_request", chat);
            ObjectNode choice = body.putObject("generate_chunk")
                    .put("request_id", requestId)
                    .putArray("choices")
                    .addObject()
                    .put("index", 0)
                    .put("finish_reason", end);
            add(choice.putArray("token_ids"), ids);
            add(body.putArray("prompt_token_ids"), promptEnd);
            body.set("stream_state", state);
            return body;
        }

        private List<AnswerPiece> pieces(EngineReply reply, boolean last) {
            JsonNode json = reply.json();
            if (!reply.isOk() || !json.path("chunk").path("choices").isArray()) {
                throw calls.gone("does not read the answer: " + RendererFailures.message(reply));
            }
            state = json.path("stream_state");
            json.path("chunk").path("choices").forEach(choice -> deltas.take(choice.path("delta")));
            if (last) {
                deltas.end();
            }
            return deltas.pieces();
        }

        private static void add(ArrayNode array, int[] ids) {
            Arrays.stream(ids).forEach(array::add);
        }
    }
}
