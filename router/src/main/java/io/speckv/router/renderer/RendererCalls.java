package io.speckv.router.renderer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engineclient.ConnectionTrouble;
import io.speckv.engineclient.EngineClient;
import io.speckv.engineclient.EngineConnection;
import io.speckv.engineclient.EngineReply;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatLayout;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks an engine's renderer, within the limits on chats at once, time and size. Thread-safe. */
final class RendererCalls {
    /** Most bytes of one answer: the ids of four million tokens. */
    private static final int BYTES_MOST = 64 << 20;

    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(RendererCalls.class);

    private final EngineClient client;
    private final RendererSettings.Kind kind;
    private final URI address;
    private final @Nullable String model;
    private final Duration timeout;
    private final int atOnce;
    private final Semaphore places;

    private RendererCalls(EngineClient client, RendererSettings settings) {
        this.client = client;
        this.kind = settings.kind();
        this.address = settings.address();
        this.model = settings.model();
        this.timeout = settings.timeout();
        this.atOnce = settings.atOnce();
        this.places = new Semaphore(atOnce);
    }

    static RendererCalls to(RendererSettings settings) {
        return new RendererCalls(
                new EngineClient(new EngineConnection(
                        settings.address(),
                        settings.keyFile(),
                        settings.trustedCertificates(),
                        settings.connectTimeout())),
                settings);
    }

    /** Returns the name that clients see; only the log says where the renderer is. */
    String name() {
        return "the " + kind + " renderer";
    }

    /** Adds the model's name to a question, if the settings have one. */
    ObjectNode ofModel(ObjectNode body) {
        return model == null ? body : body.put("model", model);
    }

    /**
     * Returns a chat that takes a place with its first question and keeps it until it is closed.
     *
     * @param waiting how the chat waits for answers
     * @param layout asks the questions
     */
    OpenChat open(RendererWait waiting, Function<ChatQuestions, ChatLayout> layout) {
        ChatQuestions questions = new ChatQuestions(this, waiting);
        return new OpenChat(layout.apply(questions), questions::close);
    }

    /** @throws RequestException with QUEUE_FULL if there is no place */
    void takePlace() {
        if (!places.tryAcquire()) {
            throw RequestException.of(
                            FailureCode.QUEUE_FULL, name() + " has " + atOnce + " chats in hand, as many as it may")
                    .retryAfter(TRY_AGAIN);
        }
    }

    void giveBackPlace() {
        places.release();
    }

    /** Asks without waiting; fails as {@link ChatQuestions#ask} does. Cancelling the returned future closes the connection. */
    CompletableFuture<EngineReply> askLater(String path, JsonNode body) {
        CompletableFuture<EngineReply> sent = client.post(path, body, timeout, BYTES_MOST);
        CompletableFuture<EngineReply> checked = sent.handle((reply, failure) -> {
            if (reply == null) {
                throw notAsked(failure);
            }
            RendererFailures.trouble(kind, path, reply).ifPresent(trouble -> {
                throw gone(trouble);
            });
            return reply;
        });
        var unused = checked.whenComplete((reply, failure) -> sent.cancel(true));
        return checked;
    }

    /** Returns the failure of a request that finds no renderer, and logs the renderer's address. */
    RequestException gone(String why) {
        return gone(why, null);
    }

    private RequestException gone(String why, @Nullable Throwable cause) {
        LOG.atWarn()
                .addKeyValue("renderer", address)
                .addKeyValue("trouble", why)
                .addKeyValue("cause", cause == null ? "" : cause.toString())
                .log("the renderer does not do its work");
        return RequestException.of(FailureCode.NO_RENDERER, name() + " " + why).retryAfter(TRY_AGAIN);
    }

    private RequestException notAsked(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof HttpTimeoutException && !(cause instanceof HttpConnectTimeoutException)
                ? gone("gave no answer within " + timeout.toMillis() + " ms", cause)
                : gone(
                        ConnectionTrouble.of(cause)
                                .map(why -> "cannot be reached: " + why)
                                .orElse("cannot be asked"),
                        cause);
    }

    /**
     * Returns the token ids in an answer.
     *
     * @throws RequestException with TOKENIZER_MISMATCH if the tokenizer lacks one
     */
    int[] tokens(JsonNode ids, Tokenizer tokenizer) {
        int vocabSize = tokenizer.vocabSize();
        int[] tokens = new int[ids.size()];
        for (int i = 0; i < tokens.length; i++) {
            JsonNode id = ids.get(i);
            if (!id.isInt() || id.intValue() < 0 || id.intValue() >= vocabSize) {
                throw RequestException.of(
                        FailureCode.TOKENIZER_MISMATCH,
                        "%s gives token %s at place %d, and the vocabulary of tokenizer.target has %d: it serves another model"
                                .formatted(name(), id, i, vocabSize));
            }
            tokens[i] = id.intValue();
        }
        return tokens;
    }
}
