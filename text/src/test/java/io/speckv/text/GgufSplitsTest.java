package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufSplitsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "llama-bpe; 123|45",
                "qwen2; 1|2|3|4|5",
                "gpt-2; 12345",
                "gpt-4o; 123|45",
                "tekken; 1|2|3|4|5",
            })
    void digitsGoTogetherAsManyAsTheFamilyTakes(String name, String pieces) {
        assertThat(String.join("|", pieces(name, "12345"))).isEqualTo(pieces);
    }

    @Test
    void smollmTakesDigitsApartBeforeItSplitsAsGpt2Does() {
        assertThat(GgufSplits.named("smollm"))
                .hasSize(2)
                .endsWith(Objects.requireNonNull(GgufSplits.named("gpt-2")).get(0));
    }

    @ParameterizedTest
    @CsvSource({"llama-bpe, 1", "qwen2, 1", "gpt-4o, 2", "tekken, 2"})
    void onlyTheNewerOnesSplitWhereACapitalFollows(String name, int pieces) {
        assertThat(pieces(name, "camelCase")).hasSize(pieces);
    }

    @Test
    void namesThatNoConverterGivesAreUnknown() {
        assertThat(GgufSplits.named("default")).isNull();
        assertThat(GgufSplits.names()).containsExactly("gpt-2", "gpt-4o", "llama-bpe", "qwen2", "smollm", "tekken");
    }

    private static List<String> pieces(String name, String text) {
        String pattern = Objects.requireNonNull(GgufSplits.named(name)).get(0);
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }
}
