package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which changes of a tokenizer.json change what a text becomes, and which do not. */
class TokenizerFingerprintTest {
    private static final String FILE = """
            {'version': '1.0', 'normalizer': null,
             'pre_tokenizer': {'type': 'Sequence', 'pretokenizers': [
               {'type': 'Split', 'pattern': {'Regex': 'a+'}, 'behavior': 'Isolated', 'invert': false},
               {'type': 'ByteLevel', 'add_prefix_space': false, 'trim_offsets': true, 'use_regex': false}]},
             'post_processor': null,
             'decoder': {'type': 'ByteLevel'},
             'model': {'type': 'BPE', 'dropout': null, 'unk_token': null, 'byte_fallback': false,
               'vocab': {'a': 0, 'b': 1, 'ab': 2, 'ba': 3}, 'merges': ['a b', 'b a']}}""";

    private static String fingerprint(String json, AddedToken... added) {
        try {
            ObjectNode rest = (ObjectNode) TokenizerFile.MAPPER.readTree(json.replace('\'', '"'));
            JsonNode model = rest.remove("model");
            TokenizerFile file =
                    new TokenizerFile(Path.of("t"), model.toString().getBytes(StandardCharsets.UTF_8), rest);
            return TokenizerFingerprint.of(file, new AddedTokens(List.of(added), Map.of(), 4));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String changed(String from, String to) {
        assertThat(FILE).contains(from);
        return fingerprint(FILE.replace(from, to));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "'a': 0, 'b': 1; 'b': 1, 'a': 0",
                "['a b', 'b a']; [['a', 'b'], ['b', 'a']]",
                "'dropout': null, ; ``",
                "'byte_fallback': false, ; ``",
                "'unk_token': null; 'unk_token': null, 'continuing_subword_prefix': ''",
                "'version': '1.0'; 'version': '2.0'",
                "'trim_offsets': true; 'trim_offsets': false",
                "'invert': false; 'invert': false, 'str_rep': 'x'",
                "'post_processor': null; 'post_processor': {'type': 'ByteLevel'}",
                "'normalizer': null; 'normalizer': {'type': 'Sequence', 'normalizers': []}",
                "'decoder': {'type': 'ByteLevel'}; 'decoder': {'type': 'Sequence', 'decoders': [{'type': 'ByteLevel'}]}",
                "'decoder': {'type': 'ByteLevel'}; 'decoder': {'type': 'ByteLevel', 'use_regex': true, 'add_prefix_space': true}"
            })
    void whatMeansTheSameHasTheSame(String from, String to) {
        assertThat(changed(from, to)).isEqualTo(fingerprint(FILE));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "'a': 0, 'b': 1; 'a': 1, 'b': 0",
                "'ba': 3; 'ba': 4",
                "['a b', 'b a']; ['b a', 'a b']",
                "['a b', 'b a']; ['a b']",
                "'byte_fallback': false; 'byte_fallback': true",
                "'unk_token': null; 'unk_token': 'a'",
                "'Regex': 'a+'; 'Regex': 'a*'",
                "'Regex': 'a+'; 'String': 'a+'",
                "'behavior': 'Isolated'; 'behavior': 'Removed'",
                "'invert': false; 'invert': true",
                "'normalizer': null; 'normalizer': {'type': 'NFC'}",
                "'add_prefix_space': false; 'add_prefix_space': true",
                "'use_regex': false; 'use_regex': true",
                "'decoder': {'type': 'ByteLevel'}; 'decoder': {'type': 'ByteLevel', 'use_regex': false}",
                "'decoder': {'type': 'ByteLevel'}; 'decoder': null"
            })
    void whatMeansSomethingElseHasAnother(String from, String to) {
        assertThat(changed(from, to)).isNotEqualTo(fingerprint(FILE));
    }

    @ParameterizedTest(name = "{0} is {1}: {2}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'type': 'Metaspace'}; {'type': 'Metaspace', 'prepend_scheme': 'always', 'split': true}; true",
                "{'type': 'Metaspace', 'add_prefix_space': false}; {'type': 'Metaspace', 'prepend_scheme': 'never'}; true",
                "{'type': 'Metaspace', 'add_prefix_space': true}; {'type': 'Metaspace', 'prepend_scheme': 'first'}; false",
                "{'type': 'Metaspace'}; {'type': 'Metaspace', 'split': false}; false",
                "{'type': 'Metaspace'}; {'type': 'Metaspace', 'replacement': '_'}; false"
            })
    void metaspaceHasTwoSpellings(String one, String other, boolean same) {
        String pattern = "'decoder': {'type': 'ByteLevel'}";

        assertThat(changed(pattern, "'decoder': " + one).equals(changed(pattern, "'decoder': " + other)))
                .isEqualTo(same);
    }

    @Test
    void addedTokensCountWithAllTheyTakeInAndNotTheirOrder() {
        AddedToken one = AddedToken.control("<a>", 4);
        AddedToken other = AddedToken.control("<b>", 5);

        assertThat(fingerprint(FILE, one, other)).isEqualTo(fingerprint(FILE, other, one));
        assertThat(fingerprint(FILE, one))
                .isNotEqualTo(fingerprint(FILE, one, other))
                .isNotEqualTo(fingerprint(FILE));
        assertThat(fingerprint(FILE, new AddedToken(4, "<a>", true, false, false, true, false)))
                .isNotEqualTo(fingerprint(FILE, one));
    }

    @Test
    void partsDoNotRunIntoOneAnother() {
        assertThat(changed("'a b', 'b a'", "'a b=b a'")).isNotEqualTo(changed("'a b', 'b a'", "'a b', 'b', 'a'"));
        assertThat(changed("'ab': 2", "'ab=2': 2")).isNotEqualTo(fingerprint(FILE));
    }
}
