package io.speckv.training.bpe;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Made-up texts for tests. */
final class SampleTexts {
    private static final List<String> WORDS =
            List.of("the", "grass", "is", "green", "number", "special", "magic", "hidden", "text", "for", "it's", "Éa");

    private SampleTexts() {}

    static List<String> sentences(int count, long seed) {
        Random random = new Random(seed);
        List<String> sentences = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            for (int word = 0; word < 12; word++) {
                text.append(WORDS.get(random.nextInt(WORDS.size()))).append(word % 5 == 4 ? ", " : " ");
            }
            sentences.add(text.append(random.nextInt(1_000_000)).append(".\n").toString());
        }
        return sentences;
    }

    /** Returns text of code points from all of Unicode, with blanks and line ends among them. */
    static String noise(int codePoints, Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < codePoints; i++) {
            switch (random.nextInt(6)) {
                case 0 -> text.append(" \t\n\r'-.".charAt(random.nextInt(7)));
                case 1 -> text.append((char) ('0' + random.nextInt(10)));
                case 2 -> text.append((char) (0x4E00 + random.nextInt(0x5000)));
                case 3 -> text.appendCodePoint(0x1F300 + random.nextInt(0x200));
                default -> text.append((char) (' ' + random.nextInt(0x250)));
            }
        }
        return text.toString();
    }
}
