package io.speckv.kit.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.ResponseFormat;
import java.util.List;

/** The rules of a request's response format, the same in every service. */
public final class ResponseFormats {
    private static final String FIELD = "sampling.response_format";
    private static final int CHARACTERS_MOST = 65_536;
    private static final int CHOICES_MOST = 256;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private ResponseFormats() {}

    /**
     * Returns normally if the format is valid.
     *
     * @throws RequestException naming the field
     */
    public static void require(ResponseFormat format) {
        switch (format.getFormCase()) {
            case JSON_SCHEMA -> schema(format.getJsonSchema());
            case JSON_OBJECT -> {
                if (!format.getJsonObject()) {
                    throw RequestException.invalidField(FIELD + ".json_object", "must be true");
                }
            }
            case REGEX -> bounded(".regex", format.getRegex());
            case CHOICES -> choices(format.getChoices().getTextsList());
            case GRAMMAR -> bounded(".grammar", format.getGrammar());
            case FORM_NOT_SET -> throw RequestException.invalidField(FIELD, "has no form that this server knows");
        }
    }

    /** Returns the failure of a request to a target that cannot constrain answers to a format. */
    public static RequestException refused(String target) {
        return RequestException.invalidField(
                FIELD, "is not honoured by target " + target + ": only targets over other engines can");
    }

    private static void schema(String schema) {
        bounded(".json_schema", schema);
        try {
            var json = MAPPER.readTree(schema);
            if (!json.isObject() && !json.isBoolean()) {
                throw RequestException.invalidField(FIELD + ".json_schema", "must be a JSON object");
            }
        } catch (JsonProcessingException e) {
            throw RequestException.invalidField(FIELD + ".json_schema", "is not JSON: " + e.getOriginalMessage());
        }
    }

    private static void choices(List<String> texts) {
        if (texts.isEmpty() || texts.size() > CHOICES_MOST) {
            throw RequestException.invalidField(
                    FIELD + ".choices", "has " + texts.size() + " texts, must have 1 to " + CHOICES_MOST);
        }
        texts.forEach(text -> bounded(".choices", text));
    }

    private static void bounded(String field, String text) {
        if (text.isEmpty() || text.length() > CHARACTERS_MOST) {
            throw RequestException.invalidField(
                    FIELD + field, "has " + text.length() + " characters, must have 1 to " + CHARACTERS_MOST);
        }
    }
}
