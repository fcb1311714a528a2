package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeTokenizersTest {
    @Test
    void aTokenizerThatPutsNothingBeforeATextIsOneWhateverStandsBefore() throws IOException {
        try (NativeTokenizers natives = open(TestModels.byteLevel())) {
            for (TextStart start : TextStart.values()) {
                assertThat(natives.of(start, false)).isSameAs(natives.whole());
            }
        }
    }

    @Test
    void spellingsAsTextNeedAnotherThatIsMadeOnce() throws IOException {
        try (NativeTokenizers natives = open(TestModels.byteLevel())) {
            NativeTokenizer asText = natives.of(TextStart.NOTHING, true);

            assertThat(asText).isNotSameAs(natives.whole());
            assertThat(natives.of(TextStart.NOTHING, true)).isSameAs(asText);
            assertThat(natives.of(TextStart.TEXT, true)).isSameAs(asText);
        }
    }

    @Test
    void whatIsPutBeforeAWholeTextIsNotPutWithinIt(@TempDir Path folder) throws IOException {
        TinyDecoders.write(folder, "Metaspace");
        Path file = folder.resolve(Tokenizer.FILE);
        String prepends = "{\"type\": \"Prepend\", \"prepend\": \"\u2581\"}";
        Files.writeString(file, Files.readString(file).replace("\"normalizer\":null", "\"normalizer\":" + prepends));
        try (NativeTokenizers natives = open(folder)) {
            assertThat(natives.of(TextStart.NOTHING, false)
                            .encode("b", 0, 1, true)
                            .spelled())
                    .containsExactly("\u2581", "b");
            assertThat(natives.of(TextStart.TEXT, false).encode("b", 0, 1, true).spelled())
                    .containsExactly("b");
        }
    }

    private static NativeTokenizers open(Path folder) throws IOException {
        TokenizerFile file = TokenizerFile.read(folder);
        TokenizerConfig config = TokenizerConfig.read(folder);
        VocabularyFacts vocabulary = VocabularyFacts.read(file, AddedTokens.spellings(file, config));
        return new NativeTokenizers(file, AddedTokens.join(file, config, vocabulary));
    }
}
