package io.speckv.enginetarget;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.engineclient.EngineClient;
import io.speckv.engineclient.EngineReply;
import io.speckv.enginetarget.dialect.EngineCall;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/** Compares an engine's tokenizer with ours on a fixed set of texts, since no engine tells a fingerprint of its tokenizer. */
final class TokenizerBattery {
    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final int CONTROL_TOKENS_MOST = 8;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int NOT_IMPLEMENTED = 501;

    /** In normal form C, to which some tokenizers bring a text first; this does not matter to callers that send ids. */
    private static final List<String> TEXTS = List.of(
            "The quick brown fox jumps over the lazy dog.",
            " leading space,  two  spaces,\ttab, trailing space ",
            "line\nline\r\nline\n\n\nlast",
            "0 1 12 123 1234 12345 3.14159 1,000,000 2026-11-29 0x7f",
            "don't I'll we've THEY'RE",
            "int main() { return a[i] != 0 ? x->y : ~z; } // %s\\n",
            "Größe naïve façade Ærøskøbing \u0130stanbul",
            "Привет, мир! Γειά σου Κόσμε",
            "你好，世界。こんにちは世界 안녕하세요",
            "مرحبا بالعالم שלום עולם नमस्ते दुनिया สวัสดี",
            "\uD83D\uDE00\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67 \u2764\uFE0F \uD83C\uDDE9\uD83C\uDDEA",
            "caf\u00e9, \ufb01 ligature, \u00a0nbsp\u2003em\u200bzero",
            "supercalifragilisticexpialidocious aaaaaaaaaaaaaaaaaaaaaaaa ------------");

    private final EngineClient client;
    private final Tokenizer tokenizer;

    TokenizerBattery(EngineClient client, Tokenizer tokenizer) {
        this.client = client;
        this.tokenizer = tokenizer;
    }

    /** The result of a comparison. */
    sealed interface Outcome {
        /** All texts have the same tokens in both tokenizers. */
        record Same(int texts) implements Outcome {}

        /** The engine could not be asked. */
        record Unknown(String why) implements Outcome {}

        /** The first text that differs, and how. */
        record Different(String how) implements Outcome {}
    }

    /**
     * Compares the two tokenizers.
     *
     * @throws IOException if the engine does not answer, or has no time to: then it must be asked again
     */
    Outcome compare(KnownEngine engine) throws IOException {
        List<String> texts = texts();
        for (String text : texts) {
            Optional<EngineCall> call = engine.dialect().tokenize(engine.facts().model(), text);
            if (call.isEmpty()) {
                return new Outcome.Unknown("engines of kind " + engine.dialect().kind() + " do not tokenize alone");
            }
            EngineReply reply = await(client.post(call.get().path(), call.get().body(), WITHIN));
            if (reply.status() == NOT_FOUND) {
                return new Outcome.Unknown("the engine has no " + call.get().path());
            }
            if (isPassing(reply.status())) {
                throw new IOException("it answers " + call.get().path() + " with status " + reply.status());
            }
            JsonNode theirs = reply.json().path("tokens");
            String noTokens = noTokens(reply, theirs);
            if (!noTokens.isEmpty()) {
                return new Outcome.Unknown("the engine answers " + call.get().path() + " " + noTokens);
            }
            int[] ours = tokenizer.encode(text, SpecialTokens.EXCLUDED).ids();
            int[] others = IntStream.range(0, theirs.size())
                    .map(i -> theirs.get(i).asInt())
                    .toArray();
            if (!Arrays.equals(ours, others)) {
                return new Outcome.Different(
                        "'%s' is %s there and %s by our tokenizer".formatted(text, shown(others), shown(ours)));
            }
        }
        return new Outcome.Same(texts.size());
    }

    /** Returns whether a later call may be answered otherwise. */
    private static boolean isPassing(int status) {
        return status == TOO_MANY_REQUESTS || (status >= SERVER_ERROR && status != NOT_IMPLEMENTED);
    }

    /** Returns what an answer has in place of token ids; empty if it has token ids. */
    private static String noTokens(EngineReply reply, JsonNode tokens) {
        if (!reply.isOk()) {
            return "with status " + reply.status();
        }
        if (!tokens.isArray()) {
            return "without tokens";
        }
        for (JsonNode token : tokens) {
            if (!token.isInt()) {
                return "with a token that is no id: " + token;
            }
        }
        return "";
    }

    /** Returns the texts with control tokens among them, because versions of a model differ in these first. */
    private List<String> texts() {
        List<String> texts = new ArrayList<>(TEXTS);
        tokenizer.specialTokens().keySet().stream()
                .limit(CONTROL_TOKENS_MOST)
                .forEach(spelling -> texts.add("a" + spelling + "b"));
        return texts;
    }

    private static String shown(int[] ids) {
        return ids.length <= 12
                ? Arrays.toString(ids)
                : Arrays.toString(Arrays.copyOf(ids, 12)) + " and " + (ids.length - 12) + " more";
    }

    /**
     * Waits for an answer and returns it.
     *
     * @throws java.io.InterruptedIOException if the watch ends meanwhile
     */
    static EngineReply await(CompletableFuture<EngineReply> reply) throws IOException {
        try {
            return reply.get();
        } catch (InterruptedException e) {
            reply.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the target stops");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(String.valueOf(e.getMessage()), e);
        }
    }
}
