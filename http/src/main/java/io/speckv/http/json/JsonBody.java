package io.speckv.http.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses bodies, which must be uncompressed JSON objects in UTF-8. Anything else is refused with its place and the reason. The
 * error never quotes the body, except the beginning of a duplicate key.
 */
final class JsonBody {
    /** Deeper bodies are refused; no field of ours is deeper than a few levels. */
    static final int DEPTH_MOST = 64;

    private static final int WINDOW_CHARS = 4096;
    private static final int KEY_CHARS_MOST = 64;
    private static final int MARK_BYTES = 3;
    private static final Pattern DOUBLED = Pattern.compile("Duplicate field '(.*)'");
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MOST)
                            // The size of the body is limited already.
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonBody() {}

    /**
     * Returns the object that a body holds.
     *
     * @throws ApiError.RefusedException with {@code invalid_json}
     */
    static ObjectNode parse(byte[] body) {
        requireNoOtherEncoding(body);
        int from = beginsWithMark(body) ? MARK_BYTES : 0;
        // If it got bytes, the parser would also accept other encodings, overlong characters and single surrogates.
        try (InputStreamReader text =
                new InputStreamReader(new ByteArrayInputStream(body, from, body.length - from), strict())) {
            JsonNode value = JSON.readTree(text);
            if (value instanceof ObjectNode object) {
                UnpairedSurrogate.requireNone(object);
                return object;
            }
            throw refused("the body must be a JSON object" + (value.isMissingNode() ? ": it is empty" : ""));
        } catch (JsonProcessingException e) {
            throw refused(fault(e, body));
        } catch (CharacterCodingException e) {
            throw refused("the body is not UTF-8 at byte " + firstMalformed(body));
        } catch (IOException e) {
            throw refused("the body cannot be read: it must be JSON in UTF-8");
        }
    }

    /** Returns the value of JSON text that this process wrote itself. */
    static JsonNode value(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + json, e);
        }
    }

    private static ApiError.RefusedException refused(String message) {
        return ApiError.request(400, "invalid_json", message).asException();
    }

    private static CharsetDecoder strict() {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    /** JSON begins with two ASCII characters, so a zero byte among them means 16 or 32 bits a character. */
    private static void requireNoOtherEncoding(byte[] body) {
        boolean marked = body.length >= 2
                && ((body[0] == (byte) 0xFE && body[1] == (byte) 0xFF)
                        || (body[0] == (byte) 0xFF && body[1] == (byte) 0xFE));
        if (marked || (body.length >= 2 && (body[0] == 0 || body[1] == 0))) {
            throw refused("the body is in UTF-16 or UTF-32: it must be plain JSON in UTF-8");
        }
    }

    /** Some clients write UTF-8 with a byte order mark, which RFC 8259 lets a reader skip. */
    private static boolean beginsWithMark(byte[] body) {
        return body.length >= MARK_BYTES && body[0] == (byte) 0xEF && body[1] == (byte) 0xBB && body[2] == (byte) 0xBF;
    }

    private static int firstMalformed(byte[] body) {
        ByteBuffer bytes = ByteBuffer.wrap(body);
        CharBuffer window = CharBuffer.allocate(WINDOW_CHARS);
        CharsetDecoder decoder = strict();
        while (decoder.decode(bytes, window, true).isOverflow()) {
            window.clear();
        }
        return bytes.position();
    }

    /** Writes the error anew, because the parser's message names its classes and quotes the body. */
    private static String fault(JsonProcessingException e, byte[] body) {
        String own = String.valueOf(e.getOriginalMessage());
        String where = e.getLocation() == null
                ? ""
                : " at line %d, column %d"
                        .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
        Matcher doubled = DOUBLED.matcher(own);
        if (doubled.find()) {
            String key = doubled.group(1);
            String shown = key.length() <= KEY_CHARS_MOST ? key : key.substring(0, KEY_CHARS_MOST) + "...";
            return "the body has the key '" + shown + "' twice" + where;
        }
        if (e instanceof StreamConstraintsException) {
            return own.contains("nesting depth")
                    ? "the body nests objects and arrays deeper than " + DEPTH_MOST + " levels" + where
                    : "the body has a number or a key that is too long" + where;
        }
        String reason = JsonFault.reason(e, body);
        return "the body is not valid JSON" + where + (reason.isEmpty() ? "" : ": " + reason);
    }
}
