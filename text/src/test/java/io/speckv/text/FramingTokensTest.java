package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Hugging Face's post-processors put around a single text. */
class FramingTokensTest {
    private static FramingTokens of(String processor) throws JsonProcessingException {
        return FramingTokens.of(TokenizerFile.MAPPER.readTree(processor.replace('\'', '"')));
    }

    private static String template(String single) {
        return "{'type': 'TemplateProcessing', 'single': [" + single + "], 'pair': [], 'special_tokens': {"
                + "'<s>': {'id': '<s>', 'ids': [1], 'tokens': ['<s>']}, '</s>': {'id': '</s>', 'ids': [2], 'tokens': []},"
                + "'both': {'id': 'both', 'ids': [7, 8], 'tokens': []}}}";
    }

    @ParameterizedTest(name = "{0} is before {1}, after {2}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "S; []; []",
                "<s>,S; [1]; []",
                "<s>,S,</s>; [1]; [2]",
                "S,</s>,<s>; []; [2, 1]",
                "<s>,both,S,both; [1, 7, 8]; [7, 8]",
                "absent,S; []; []"
            })
    void aTemplateHasTokensOnBothSidesOfTheText(String pieces, String before, String after)
            throws JsonProcessingException {
        StringBuilder single = new StringBuilder();
        for (String piece : pieces.split(",", -1)) {
            single.append(single.isEmpty() ? "" : ",")
                    .append(
                            piece.equals("S")
                                    ? "{'Sequence': {'id': 'A', 'type_id': 0}}"
                                    : "{'SpecialToken': {'id': '" + piece + "', 'type_id': 0}}");
        }
        FramingTokens framing = of(template(single.toString()));

        assertThat(framing.before()).hasToString(before);
        assertThat(framing.after()).hasToString(after);
        assertThat(framing.size())
                .isEqualTo(framing.before().size() + framing.after().size());
    }

    @Test
    void eachProcessorOfASequenceStandsAroundThoseBeforeIt() throws JsonProcessingException {
        String inner = template("{'SpecialToken': {'id': '<s>'}}, {'Sequence': {}}, {'SpecialToken': {'id': '</s>'}}");
        String outer = "{'type': 'BertProcessing', 'sep': ['[SEP]', 102], 'cls': ['[CLS]', 101]}";

        assertThat(of("{'type': 'Sequence', 'processors': [{'type': 'ByteLevel'}, " + inner + ", " + outer + "]}"))
                .isEqualTo(new FramingTokens(List.of(101, 1), List.of(2, 102)));
        assertThat(of("{'type': 'Sequence', 'processors': [" + outer + ", " + inner + "]}"))
                .isEqualTo(new FramingTokens(List.of(1, 101), List.of(102, 2)));
    }

    @Test
    void othersPutNothingAround() throws JsonProcessingException {
        assertThat(of("{'type': 'ByteLevel', 'trim_offsets': true}")).isEqualTo(FramingTokens.NONE);
        assertThat(of("null")).isEqualTo(FramingTokens.NONE);
        assertThat(of("{'type': 'RobertaProcessing', 'sep': ['</s>', 2], 'cls': ['<s>', 0]}"))
                .isEqualTo(new FramingTokens(List.of(0), List.of(2)));
    }

    @Test
    void aConfigurationNamesTokensByTheirSpellingAndUnknownOnesAreLeftOut() {
        Map<String, Integer> special = Map.of("<s>", 1, "</s>", 2);

        assertThat(FramingTokens.of(new TokenizerConfig.Framing("<s>", "</s>"), special))
                .isEqualTo(new FramingTokens(List.of(1), List.of(2)));
        assertThat(FramingTokens.of(new TokenizerConfig.Framing(null, "<eos>"), special))
                .isEqualTo(FramingTokens.NONE);
    }
}
