package io.speckv.http.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.http.json.FieldNames;
import io.speckv.http.json.JsonFields;
import io.speckv.proto.v1.GenerateRequest;
import java.util.List;

/**
 * A generation as it was asked for.
 *
 * @param requests one for each choice, in order
 * @param prompts how many prompts there are; choices of one follow each other
 * @param usage whether a stream of chunks ends with the usage
 * @param asked the request itself, of which some APIs repeat parts
 */
public record Generation(
        List<GenerateRequest> requests,
        int prompts,
        AnswerForm form,
        boolean stream,
        boolean usage,
        OfferedTools tools,
        ObjectNode asked) {

    /** Returns what the fields of a choice's request are called; looked for where one is at fault, and not before. */
    public FieldNames fields(int choice) {
        FieldNames fields = SentNames.of(JsonFields.of(asked), form);
        return prompts == 1 ? fields : fields.ofPrompt(choice / (requests.size() / prompts));
    }
}
