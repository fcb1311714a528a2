package io.speckv.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import io.speckv.http.json.JsonFields;
import io.speckv.proto.v1.Protection;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtectReaderTest {
    private static Optional<Protection> read(JsonFields speckv) {
        return ProtectReader.read(speckv, new SentMessages(QuotedJson.request("{'messages': []}"), AnswerForm.CHAT));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'protect': 'structure'                         | rule: PROTECTION_RULE_STRUCTURE
        'protect': {'rule': 'structure'}               | rule: PROTECTION_RULE_STRUCTURE
        'protect': {'messages': [3, 1]}                | messages: [3, 1]
        'protect': {'roles': ['user', 'developer']}    | roles: ["user", "system"]
        'protect': {'ranges': [[0, 5], [7, 9.0]]}      | ranges: [{start: 0 end: 5}, {start: 7 end: 9}]
        'protect': {'share': 0.5}                      | share: 0.5
        'turns': 'frozen'                              | turns: TURN_RULE_FROZEN
        'recent_tokens': 0                             | recent_tokens: 0
        'recent_tokens': 512, 'protect': {'roles': []} | recent_tokens: 512
        """)
    void whatIsProtectedIsPassedOn(String speckv, String protection) throws TextFormat.ParseException {
        assertThat(read(QuotedJson.request("{" + speckv + "}")))
                .contains(TextFormat.parse(protection, Protection.class));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'method': 'speckv'
        'protect': {}
        'protect': null
        'protect': {'messages': [], 'ranges': []}
        """)
    void whoProtectsNothingLeavesItToTheRouter(String speckv) {
        assertThat(read(QuotedJson.request("{" + speckv + "}"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'protect': 5                        | protect must be a string or an object, not a whole number
        'protect': 'most'                   | protect is 'most', must be none or structure
        'protect': {'rule': 'most'}         | protect.rule is 'most', must be none or structure
        'protect': {'roles': 'user'}        | protect.roles must be an array, not a string
        'protect': {'ranges': [[1, 2, 3]]}  | protect.ranges[0] must be an array of its first place and the place behind its last
        'protect': {'ranges': [[0, 1], 5]}  | protect.ranges[1] must be an array of its first place and the place behind its last
        'protect': {'ranges': [[-1, 2]]}    | protect.ranges[0] is -1, must be a whole number from 0
        'protect': {'ranges': [[1, 'b']]}   | protect.ranges[0] is "b", must be a whole number from 0
        'protect': {'share': 'half'}        | protect.share must be a number, not a string
        'turns': 'old'                      | turns is 'old', must be together or frozen
        'recent_tokens': -1                 | recent_tokens is -1, must be at least 0
        """)
    void whatIsWrongIsNamed(String speckv, String refusal) {
        assertThat(QuotedJson.refusal("{" + speckv + "}", ProtectReaderTest::read))
                .isEqualTo(refusal);
    }
}
