package io.speckv.training.bpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vocabulary, and its trainer against the slow and plain way: every pair of every text is counted anew for each merge. */
class BpeVocabularyTest {
    private static List<Integer> bytes(String piece) {
        List<Integer> ids = new ArrayList<>();
        for (byte value : ByteAlphabet.utf8(piece)) {
            ids.add(Byte.toUnsignedInt(value));
        }
        return ids;
    }

    private static void replace(List<Integer> ids, int left, int right, int joined) {
        for (int i = 0; i + 1 < ids.size(); i++) {
            if (ids.get(i) == left && ids.get(i + 1) == right) {
                ids.set(i, joined);
                ids.remove(i + 1);
            }
        }
    }

    private static List<Merge> slowly(List<String> texts, int wanted, int least) {
        List<List<Integer>> pieces = new ArrayList<>();
        texts.forEach(text -> PreTokenizer.split(text, piece -> pieces.add(bytes(piece))));
        List<Merge> merges = new ArrayList<>();
        while (merges.size() < wanted) {
            Map<Long, Integer> counts = new TreeMap<>();
            for (List<Integer> ids : pieces) {
                for (int i = 0; i + 1 < ids.size(); i++) {
                    counts.merge(ids.get(i) * 1_000_000L + ids.get(i + 1), 1, Integer::sum);
                }
            }
            int most = counts.values().stream().mapToInt(count -> count).max().orElse(0);
            if (most < least) {
                break;
            }
            // The first of the most frequent ones has the lowest ids.
            long pair = counts.entrySet().stream()
                    .filter(entry -> entry.getValue() == most)
                    .findFirst()
                    .orElseThrow()
                    .getKey();
            Merge merge = new Merge((int) (pair / 1_000_000), (int) (pair % 1_000_000));
            int joined = 256 + merges.size();
            pieces.forEach(ids -> replace(ids, merge.left(), merge.right(), joined));
            merges.add(merge);
        }
        return merges;
    }

    private static List<String> texts(Random random, String letters) {
        List<String> texts = new ArrayList<>();
        for (int left = 3 + random.nextInt(12); left > 0; left--) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(25); length > 0; length--) {
                int at = letters.offsetByCodePoints(0, random.nextInt(letters.codePointCount(0, letters.length())));
                text.appendCodePoint(letters.codePointAt(at));
            }
            texts.add(text.toString());
        }
        return texts;
    }

    @ParameterizedTest(name = "texts of ''{0}''")
    @CsvSource({"a", "ab", "aab b", "abcdé 😀日", "'aaaa bbb, .'"})
    void mergesAreThoseOfTheSlowWay(String letters) {
        Random random = new Random(letters.hashCode());
        for (int run = 0; run < 60; run++) {
            List<String> texts = texts(random, letters);
            int wanted = random.nextInt(40);
            int least = 1 + random.nextInt(3);
            assertThat(BpeTrainer.train(texts, new BpeSettings(256 + wanted, least, List.of()))
                            .merges())
                    .as("%s", texts)
                    .isEqualTo(slowly(texts, wanted, least));
        }
    }

    @Test
    void textIsEncodedByDoingEveryMergeOfTheVocabularyInTurn() {
        Random random = new Random(2);
        for (int run = 0; run < 60; run++) {
            BpeVocabulary vocabulary =
                    BpeTrainer.train(texts(random, "aab bé😀"), new BpeSettings(256 + 30, 1, List.of()));
            for (String text : texts(random, "aab bé😀x")) {
                List<Integer> expected = new ArrayList<>();
                PreTokenizer.split(text, piece -> {
                    List<Integer> ids = bytes(piece);
                    for (int i = 0; i < vocabulary.merges().size(); i++) {
                        Merge merge = vocabulary.merges().get(i);
                        replace(ids, merge.left(), merge.right(), 256 + i);
                    }
                    expected.addAll(ids);
                });
                assertThat(vocabulary.encode(text)).containsExactly(expected.toArray(new Integer[0]));
            }
        }
    }

    @Test
    void anyTextComesBackFromItsIds() {
        BpeVocabulary vocabulary = BpeTrainer.train(SampleTexts.sentences(50, 1), BpeSettings.chat(400));
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            String text = SampleTexts.noise(60, random);
            int[] ids = vocabulary.encode(text);
            assertThat(vocabulary.decode(ids)).isEqualTo(text);
            assertThat(IntStream.of(ids)).allMatch(id -> id < vocabulary.firstSpecialId());
        }
        String much = "ab ".repeat(50_000);
        assertThat(vocabulary.decode(vocabulary.encode(much))).isEqualTo(much);
        assertThat(vocabulary.encode("")).isEmpty();
    }

    @Test
    void theTextOfASpecialTokenStaysText() {
        BpeVocabulary vocabulary = BpeTrainer.train(List.of("x"), BpeSettings.chat(300));

        assertThat(vocabulary.encode(BpeSettings.TURN_END))
                .hasSize(BpeSettings.TURN_END.length())
                .doesNotContain(vocabulary.specialId(BpeSettings.TURN_END));
        assertThat(vocabulary.decode(vocabulary.specialId(BpeSettings.TURN_END)))
                .isEqualTo(BpeSettings.TURN_END);
    }

    @Test
    void halfACharacterIsAReplacementCharacterAndAnIdThatIsNoneIsRefused() {
        BpeVocabulary vocabulary = BpeTrainer.train(List.of(), BpeSettings.chat(259));

        assertThat(vocabulary.decode('a', 0xF0, 0x9F, 'b')).isEqualTo("a\ufffdb");
        assertThat(vocabulary.size()).isEqualTo(259);
        for (int id : new int[] {-1, 259}) {
            assertThatThrownBy(() -> vocabulary.decode(id)).hasMessage("token id is " + id + ", must be 0 to 258");
        }
    }
}
