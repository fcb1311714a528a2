package io.speckv.http.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.http.json.FieldNames;
import io.speckv.http.json.JsonFields;
import io.speckv.proto.v1.GenerateRequest;
import java.util.List;

/**
 * A generation as the client asked for it.
 *
 * @param requests one per choice, in order
 * @param prompts number of prompts; choices of one prompt are neighbours
 * @param usage whether a stream of chunks ends with the usage
 * @param asked the original request, of which some APIs repeat parts
 */
public record Generation(
        List<GenerateRequest> requests,
        int prompts,
        AnswerForm form,
        boolean stream,
        boolean usage,
        OfferedTools tools,
        ObjectNode asked) {

    /** Returns whether the prompt is only to be read, and no answer is wanted: Anthropic's {@code max_tokens} of 0. */
    public boolean onlyReads() {
        return form == AnswerForm.MESSAGE && asked.path("max_tokens").asInt(1) == 0;
    }

    /** Returns whether the tokens of the answer's texts are told, with their log probabilities. */
    public boolean tellsMessageTokens() {
        return form == AnswerForm.RESPONSE
                && requests.stream().anyMatch(request -> request.getSampling().hasTopLogprobs());
    }

    /** Returns the field names of one choice's request. They are found only when a field is at fault. */
    public FieldNames fields(int choice) {
        FieldNames fields = SentNames.of(JsonFields.of(asked), form);
        return prompts == 1 ? fields : fields.ofPrompt(choice / (requests.size() / prompts));
    }
}
