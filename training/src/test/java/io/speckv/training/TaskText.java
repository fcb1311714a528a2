package io.speckv.training;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.evals.words.WordList;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import io.speckv.training.bpe.BpeSettings;
import io.speckv.training.bpe.BpeTrainer;
import io.speckv.training.bpe.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A small vocabulary, its tokenizer and the task mix on it, all from generated text. */
record TaskText(Path folder, TaskTokens tokens, Tokenizer tokenizer, RecallMix mix, int vocabulary)
        implements AutoCloseable {
    static TaskText in(Path folder) throws IOException {
        return in(folder, RecallSettings.DEFAULTS);
    }

    static TaskText in(Path folder, RecallSettings settings) throws IOException {
        Path texts = Files.createDirectories(folder.resolve("texts"));
        Files.writeString(texts.resolve("a.txt"), prose());
        Corpus corpus = Corpus.read(List.of(texts));
        TokenizerFiles.write(
                folder,
                BpeTrainer.train(List.of(corpus.forVocabulary(WordList.bundled())), BpeSettings.chat(420)),
                2048);
        TaskTokens tokens = new TaskTokens(folder.resolve("tokenizer.json"));
        int vocabulary = tokens.vocabulary();
        RecallMix mix = new RecallMix(settings, tokens, WordList.bundled(), tokens.encode(corpus.prose()));
        return new TaskText(folder, tokens, Tokenizer.open(folder), mix, vocabulary);
    }

    /** The default settings but for some, by their names in settings files. */
    static RecallSettings settings(Map<String, ?> changed) {
        JsonMapper json = JsonMapper.builder().build();
        Map<String, Object> all = json.convertValue(RecallSettings.DEFAULTS, new TypeReference<>() {});
        all.putAll(changed);
        return json.convertValue(all, RecallSettings.class);
    }

    /** Enough words of three to six letters for keys and haystacks. */
    static String prose() {
        Random random = new Random(3);
        StringBuilder text = new StringBuilder();
        while (text.length() < 110_000) {
            int letters = 3 + random.nextInt(4);
            for (int i = 0; i < letters; i++) {
                text.append((char) ('a' + random.nextInt(6)));
            }
            text.append(random.nextInt(12) == 0 ? ".\n" : " ");
        }
        return text.toString();
    }

    /** The text of a sequence, special tokens included. */
    String decode(Example example) {
        return tokenizer.decode(example.tokens(), SpecialTokens.INCLUDED);
    }

    @Override
    public void close() {
        tokens.close();
        tokenizer.close();
    }
}
