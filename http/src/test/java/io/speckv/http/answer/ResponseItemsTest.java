package io.speckv.http.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.speckv.proto.v1.FinishReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Items as OpenAI's reference of responses has them. */
class ResponseItemsTest {
    private static final String CUT_CALL = "<tool_call>{\"name\": \"look\", \"arguments\": {\"at\"";

    private static final ArrayNode NONE = JsonNodeFactory.instance.arrayNode();

    private static List<String> lines(String said, boolean cut) {
        ReadChoice choice = AskedAnswers.said(
                "'speckv': {'stream_tool_arguments': true}",
                said.replace("CALL", AskedAnswers.CALL).replace("CUT", CUT_CALL),
                cut ? FinishReason.FINISH_REASON_MAX_NEW_TOKENS : FinishReason.FINISH_REASON_END_OF_TEXT);
        List<String> lines = new ArrayList<>();
        for (JsonNode item : ResponseItems.of(choice, "r-1")) {
            lines.add(item.get("id").asText() + " " + item.get("status").asText());
        }
        return lines;
    }

    /** What stands before the last item had come to its end. */
    @ParameterizedTest(name = "{0} cut: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "Hi                 | false | msg_r-1_0 completed",
                "Hi                 | true  | msg_r-1_0 incomplete",
                "<think>so          | true  | rs_r-1_0 incomplete",
                "<think>so</think>Hi | true | rs_r-1_0 completed, msg_r-1_1 incomplete",
                "HiCALL             | false | msg_r-1_0 completed, fc_r-1_1 completed",
                "HiCALL             | true  | msg_r-1_0 completed, fc_r-1_1 completed",
                "HiCUT              | true  | msg_r-1_0 completed, fc_r-1_1 incomplete",
                "CALLCALLHi         | true  | fc_r-1_0 completed, fc_r-1_1 completed, msg_r-1_2 incomplete"
            })
    void theLastItemOfAnAnswerThatIsCutIsIncomplete(String said, boolean cut, String items) {
        assertThat(lines(said, cut)).isEqualTo(List.of(items.split(", ", -1)));
    }

    @Test
    void anEmptyAnswerHasNoItems() {
        assertThat(ResponseItems.of(AskedAnswers.said(""), "r-1")).isEmpty();
    }

    @Test
    void anItemInProgressHasNoContentYet() {
        assertThat(ResponseItems.message("r", 0, "Hi", NONE, "in_progress").get("content"))
                .isEmpty();
        assertThat(ResponseItems.reasoning("r", 0, "so", "in_progress").get("content"))
                .isEmpty();
        assertThat(ResponseItems.message("r", 0, "Hi", NONE, "completed")
                        .at("/content/0")
                        .toString()
                        .replace('"', '\''))
                .isEqualTo("{'type':'output_text','text':'Hi','annotations':[],'logprobs':[]}");
        assertThat(ResponseItems.reasoning("r", 0, "so", "completed")
                        .at("/content/0")
                        .toString()
                        .replace('"', '\''))
                .isEqualTo("{'type':'reasoning_text','text':'so'}");
    }

    @Test
    void aCallHasTheIdByWhichItsResultIsSentBesideItsOwn() {
        ToolCall broken = new ToolCall("call_1", "look", "{\"at\"", false);

        assertThat(ResponseItems.functionCall("r", 3, broken).toString().replace('"', '\''))
                .isEqualTo("{'id':'fc_r_3','type':'function_call','status':'incomplete','call_id':'call_1',"
                        + "'name':'look','arguments':'{\\'at\\''}");
    }
}
