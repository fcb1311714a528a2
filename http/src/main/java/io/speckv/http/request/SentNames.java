package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.http.json.FieldNames;
import io.speckv.http.json.JsonFields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the client's names of request fields, for later failures that name fields by their paths on the wire. */
final class SentNames {
    private static final String STOP = "sampling.stop";
    private static final String FORMAT = "sampling.response_format";

    private SentNames() {}

    /** Returns the names for a request that was read without an error. */
    static FieldNames of(JsonFields request, AnswerForm form) {
        Map<String, String> sent = new HashMap<>();
        turns(request, form).ifPresent(turns -> sent.putAll(turns.names()));
        stops(request, form, sent);
        biases(request, sent);
        ResponseFormatReader.format(request, form).ifPresent(asked -> {
            sent.put(FORMAT, asked.field());
            for (String rule : List.of("json_schema", "json_object", "regex", "choices", "grammar")) {
                sent.put(FORMAT + "." + rule, asked.rule());
            }
        });
        return new FieldNames(form.promptField(), maxTokens(request), sent);
    }

    /** Returns only the names of the fields from which the prompt is read. */
    static FieldNames ofPrompt(JsonFields request, AnswerForm form) {
        Map<String, String> sent = turns(request, form).map(NamedTurns::names).orElse(Map.of());
        return new FieldNames(form.promptField(), maxTokens(request), sent);
    }

    /** Returns the turns of a chat; empty if they are exactly the messages that were sent. */
    static Optional<NamedTurns> turns(JsonFields request, AnswerForm form) {
        return switch (form) {
            case MESSAGE -> Optional.of(MessagesReader.turns(request));
            case RESPONSE -> Optional.of(ResponsesReader.turns(request));
            case CHAT, COMPLETION -> Optional.empty();
        };
    }

    private static String maxTokens(JsonFields request) {
        return List.of("max_completion_tokens", "max_output_tokens").stream()
                .filter(request::has)
                .findFirst()
                .orElse("max_tokens");
    }

    /** On the wire the texts of two fields form one list. */
    private static void stops(JsonFields request, AnswerForm form, Map<String, String> sent) {
        int stops = 1;
        if (request.get("stop").map(JsonNode::isTextual).orElse(false)) {
            sent.put(STOP + "[0]", "stop");
        } else {
            stops = request.array("stop").size();
        }
        if (form == AnswerForm.MESSAGE && request.has("stop_sequences")) {
            sent.put(STOP, "stop_sequences");
            for (int i = 0; i < request.array("stop_sequences").size(); i++) {
                sent.put(STOP + "[" + (stops + i) + "]", "stop_sequences[" + i + "]");
            }
        }
    }

    private static void biases(JsonFields request, Map<String, String> sent) {
        request.object("logit_bias").ifPresent(biases -> {
            int place = 0;
            for (String token : biases.names()) {
                if (biases.has(token)) {
                    String path = "sampling.logit_bias[" + place++ + "]";
                    sent.put(path + ".bias", biases.name(token));
                    sent.put(path + ".token_id", biases.name(token));
                }
            }
        });
    }
}
