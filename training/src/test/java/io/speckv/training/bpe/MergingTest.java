package io.speckv.training.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ids are letters here: {@code a} is 0, {@code z} is what a pair becomes. */
class MergingTest {
    private static final int JOINED = 25;

    private static String replaced(String row, String pair) {
        int[] ids = row.chars().map(letter -> letter - 'a').toArray();
        int length = Merging.replace(ids, ids.length, new Merge(pair.charAt(0) - 'a', pair.charAt(1) - 'a'), JOINED);
        return Arrays.stream(ids, 0, length)
                .mapToObj(id -> Character.toString('a' + id))
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource({
        "ab, ab, z",
        "abab, ab, zz",
        "xaby, ab, xzy",
        "ba, ab, ba",
        "aaa, aa, za",
        "aaaa, aa, zz",
        "aab, ab, az",
        "a, ab, a",
        "'', ab, ''",
        "zab, zz, zab"
    })
    void everyPairIsReplacedFromTheLeft(String row, String pair, String replaced) {
        assertThat(replaced(row, pair)).isEqualTo(replaced);
    }

    @Test
    void doesWhatAReplacementInATextDoes() {
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            String row = random.ints(random.nextInt(20), 0, 3)
                    .mapToObj(id -> Character.toString('a' + id))
                    .collect(Collectors.joining());
            String pair = Character.toString('a' + random.nextInt(3)) + Character.toString('a' + random.nextInt(3));
            assertThat(replaced(row, pair))
                    .as("%s of %s", pair, row)
                    .isEqualTo(row.replaceAll(Pattern.quote(pair), "z"));
        }
    }

    @Test
    void onlyTheFirstSoManyIdsCount() {
        int[] ids = {1, 2, 1, 2};
        assertThat(Merging.replace(ids, 3, new Merge(1, 2), 9)).isEqualTo(2);
        assertThat(ids).startsWith(9, 1);
    }
}
