package io.speckv.serving;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.torch.TokenClassifier;
import io.speckv.selection.Reduction;
import io.speckv.selection.align.SpanAlignment;
import io.speckv.text.ChunkedText;
import io.speckv.text.Encoding;
import io.speckv.text.Tokenizer;
import io.speckv.text.WordTokens;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Scores prompts as LLMLingua-2 does (arXiv:2403.12968): the text goes through a token classifier in chunks, and a word's
 * score is the mean probability of its tokens. Thread-safe; the caller closes it.
 *
 * <p>It differs in keeping the target's tokens. Each token gets the greatest score of the words it overlaps, or 0 if it
 * overlaps none (white space between words). Tokens without text (begin-of-text, turn marks) get 1, because LLMLingua-2
 * compresses only text and puts such tokens around it afterwards.
 */
public final class PromptClassifier implements AutoCloseable {
    /** Tokens of a chunk, including a special token before it and one after it. This is LLMLingua-2's {@code max_seq_len}. */
    private static final int SEQUENCE_TOKENS = 512;

    private static final int SPECIAL_TOKENS = 2;

    private final String name;
    private final TokenClassifier classifier;
    private final String fingerprint;
    private final Tokenizer tokenizer;
    private final int first;
    private final int last;

    private PromptClassifier(String name, TokenClassifier classifier, Tokenizer tokenizer, int[] around) {
        this.name = name;
        this.classifier = classifier;
        this.fingerprint = classifier.weightsFingerprint() + "-" + tokenizer.fingerprint();
        this.tokenizer = tokenizer;
        this.first = around[0];
        this.last = around[1];
    }

    /**
     * Loads a token classifier.
     *
     * @param folder in Hugging Face's layout, with {@code tokenizer.json}
     * @throws io.speckv.engine.EngineException if the weights are missing, damaged or unsupported
     * @throws io.speckv.text.TokenizerException if the tokenizer is missing, damaged or unsupported, or puts anything but
     *     one token before and one after a text
     */
    public static PromptClassifier open(Path folder, ModelOptions options) {
        String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        Tokenizer tokenizer = Tokenizer.open(folder);
        boolean opened = false;
        try {
            int[] around = tokenizer.aroundText();
            PromptClassifier classifier =
                    new PromptClassifier(name, TokenClassifier.open(folder, options), tokenizer, around);
            opened = true;
            return classifier;
        } finally {
            if (!opened) {
                tokenizer.close();
            }
        }
    }

    /** Returns the folder's own name. */
    public String name() {
        return name;
    }

    /** Returns a fingerprint that tells its weights and tokenizer from others of the same name: letters, digits and hyphens. */
    public String fingerprint() {
        return fingerprint;
    }

    /**
     * Returns the score of each token of a prompt {@code [tokens]}, from 0 to 1.
     *
     * @param prompt encoded by any tokenizer
     */
    public float[] scores(Encoding prompt, YieldPoint yieldPoint) {
        WordTokens words = tokenizer.encodeWords(prompt.text());
        int most = Math.min(SEQUENCE_TOKENS, classifier.shape().maxTokens()) - SPECIAL_TOKENS;
        ChunkedText text = ChunkedText.cut(words, most);
        float[] keep = new float[words.tokens().size()];
        for (int chunk = 0; chunk < text.chunks(); chunk++) {
            yieldPoint.pause();
            text.wordMeans(chunk, probabilities(text.ids(chunk), yieldPoint), keep);
        }
        SpanAlignment alignment =
                new SpanAlignment(words.tokens().starts(), words.tokens().ends(), prompt.starts(), prompt.ends());
        float[] scores = alignment.map(keep, Reduction.MAX);
        for (int i = 0; i < scores.length; i++) {
            if (prompt.starts()[i] == prompt.ends()[i]) {
                scores[i] = 1;
            }
        }
        return scores;
    }

    private float[] probabilities(int[] ids, YieldPoint yieldPoint) {
        int[] sequence = new int[ids.length + SPECIAL_TOKENS];
        sequence[0] = first;
        System.arraycopy(ids, 0, sequence, 1, ids.length);
        sequence[sequence.length - 1] = last;
        float[] all = classifier.keepProbabilities(sequence, yieldPoint);
        return Arrays.copyOfRange(all, 1, all.length - 1);
    }

    @Override
    public void close() {
        classifier.close();
        tokenizer.close();
    }
}
