package io.speckv.engine.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.TinyClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Configs have single quotes. */
class EncoderConfigTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder;

    private EncoderShape read(ObjectNode config) throws IOException {
        Files.writeString(folder.resolve("config.json"), config.toString());
        return EncoderConfig.read(folder);
    }

    private EncoderShape changed(EncoderArchitecture architecture, String key, @Nullable String value)
            throws IOException {
        ObjectNode config = tiny(architecture).config();
        config.remove(key);
        JsonNode node = value == null ? null : JSON.readTree(value.replace('\'', '"'));
        if (node != null) {
            config.set(key, node);
        }
        return read(config);
    }

    private static TinyClassifier tiny(EncoderArchitecture architecture) {
        return architecture == EncoderArchitecture.BERT ? TinyClassifier.BERT : TinyClassifier.XLM_ROBERTA;
    }

    @ParameterizedTest
    @EnumSource(EncoderArchitecture.class)
    void keysAreTheShape(EncoderArchitecture architecture) throws IOException {
        assertThat(read(tiny(architecture).config()))
                .isEqualTo(tiny(architecture).shape());
    }

    @Test
    void onlyRobertasPositionsBeginBehindThePadding() throws IOException {
        assertThat(changed(EncoderArchitecture.XLM_ROBERTA, "pad_token_id", "5").firstPosition())
                .isEqualTo(6);
        assertThat(changed(EncoderArchitecture.BERT, "pad_token_id", "5").firstPosition())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            architectures           |
            architectures           | []
            architectures           | ['Other', 'BertForTokenClassification']
            position_embedding_type |
            position_embedding_type | null
            is_decoder              | false
            quantization_config     | null
            """)
    void whatIsUnsaidOrChangesNothingIsAccepted(String key, @Nullable String value) throws IOException {
        assertThat(changed(EncoderArchitecture.BERT, key, value)).isEqualTo(TinyClassifier.BERT.shape());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            model_type              | 'deberta-v2'        | model_type: expected one of bert, xlm-roberta, found "deberta-v2"
            architectures           | ['BertForMaskedLM'] | architectures: expected BertForTokenClassification, found ["BertForMaskedLM"]
            architectures           | 'BertForMaskedLM'   | architectures: expected a list of strings
            quantization_config     | {'quant_method': 'fp8'} | quantization_config: expected unquantised weights
            hidden_act              | 'gelu_new'          | hidden_act: expected "gelu", found "gelu_new"
            hidden_act              |                     | hidden_act: expected a string, found nothing
            position_embedding_type | 'relative_key'      | position_embedding_type: expected "absolute", found "relative_key"
            is_decoder              | true                | is_decoder: expected false, as every token sees every other, found true
            layer_norm_eps          |                     | layer_norm_eps: expected a number, found nothing
            num_hidden_layers       | 0                   | num_hidden_layers: expected 1 to 2048, found 0
            num_hidden_layers       | 2147483647          | num_hidden_layers: expected 1 to 2048, found 2147483647
            pad_token_id            |                     | pad_token_id: expected an integer, found nothing
            """)
    void aKeyThatIsNotFollowedIsNamed(String key, @Nullable String value, String message) {
        assertThatThrownBy(() -> changed(EncoderArchitecture.BERT, key, value))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(folder.resolve("config.json") + ": key " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            num_attention_heads     | 5  | hidden_size must be a multiple of num_attention_heads, was 24 and 5
            num_attention_heads     | 0  | num_attention_heads must be positive, was 0
            vocab_size              | 0  | vocab_size must be positive, was 0
            type_vocab_size         | 0  | type_vocab_size must be positive, was 0
            max_position_embeddings | 0  | max_position_embeddings must be above the first position 2, was 0
            max_position_embeddings | 2  | max_position_embeddings must be above the first position 2, was 2
            pad_token_id            | -2 | the first position must not be negative, was -1
            layer_norm_eps          | 0  | layer_norm_eps must be positive and finite, was 0.0
            """)
    void sizesThatDoNotFitTogetherAreNamed(String key, String value, String message) {
        assertThatThrownBy(() -> changed(EncoderArchitecture.XLM_ROBERTA, key, value))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(folder.resolve("config.json") + ": expected a consistent model shape, found " + message);
    }
}
