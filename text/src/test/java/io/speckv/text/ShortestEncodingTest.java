package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortestEncodingTest {
    private static final String MODEL =
            "'type': 'BPE', 'byte_fallback': true, 'vocab': {'a': 0, 'four': 1}, 'merges': []";

    private static long charsPerToken(String normalizer, String model, AddedToken... added)
            throws JsonProcessingException {
        ObjectNode rest =
                (ObjectNode) TokenizerFile.MAPPER.readTree(("{'normalizer': " + normalizer + "}").replace('\'', '"'));
        byte[] json = ("{" + model + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        TokenizerFile file = new TokenizerFile(Path.of("tokenizer.json"), json, rest);
        return ShortestEncoding.of(
                        file, VocabularyFacts.read(file, Set.of()), new AddedTokens(List.of(added), Map.of(), 2))
                .charsPerToken();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "null; 4",
                "{'type': 'NFD'}; 4",
                "{'type': 'Lowercase'}; 4",
                "{'type': 'NFC'}; 16",
                "{'type': 'Replace', 'pattern': {'String': ' '}, 'content': '_'}; 4",
                "{'type': 'Replace', 'pattern': {'String': '  '}, 'content': '_'}; 0",
                "{'type': 'Replace', 'pattern': {'Regex': ' +'}, 'content': '_'}; 0",
                "{'type': 'Replace', 'pattern': {'String': ''}, 'content': '_'}; 0",
                "{'type': 'Strip', 'strip_left': true}; 0",
                "{'type': 'Sequence', 'normalizers': []}; 4",
                "{'type': 'Sequence', 'normalizers': [{'type': 'NFKC'}, {'type': 'Prepend', 'prepend': '_'}]}; 16",
                "{'type': 'Sequence', 'normalizers': [{'type': 'NFC'}, {'type': 'Strip'}]}; 0",
                "{'type': 'SomethingNew'}; 0"
            })
    void aTokenStandsForAsManyCharsAsItHasTimesWhatANormaliserMayMakeOneOf(String normalizer, long chars)
            throws JsonProcessingException {
        assertThat(charsPerToken(normalizer, MODEL)).isEqualTo(chars);
    }

    @Test
    void anAddedTokenMayBeLongerAndOneThatTakesInWhiteSpaceStandsForAnyLength() throws JsonProcessingException {
        assertThat(charsPerToken("null", MODEL, AddedToken.control("<|control|>", 2)))
                .isEqualTo(11);
        assertThat(charsPerToken("null", MODEL, new AddedToken(2, "<m>", true, false, true, false, false)))
                .isZero();
        assertThat(charsPerToken("null", MODEL, new AddedToken(2, "<m>", true, false, false, true, false)))
                .isZero();
    }

    @Test
    void whereOneTokenStandsForAllThatIsUnknownThereIsNoBound() throws JsonProcessingException {
        assertThat(charsPerToken("null", MODEL.replace("true", "false") + ", 'unk_token': 'a'"))
                .isZero();
        assertThat(charsPerToken("null", MODEL.replace("true", "false") + ", 'unk_token': null"))
                .isEqualTo(4);
        assertThat(charsPerToken("null", MODEL.replace("BPE", "WordPiece"))).isZero();
    }

    @Test
    void aTextHasAtLeastAsManyTokensAsFitIntoItsLength() {
        assertThat(new ShortestEncoding(4).tokens(4_000_000_000L)).isEqualTo(1_000_000_000L);
        assertThat(new ShortestEncoding(4).tokens(3)).isZero();
        assertThat(new ShortestEncoding(0).tokens(Long.MAX_VALUE)).isZero();
    }
}
