package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.evals.words.WordList;
import io.speckv.text.SpecialTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NeedlesTest {
    private TaskText text;

    @BeforeAll
    void open(@TempDir Path folder) throws IOException {
        text = TaskText.in(folder);
    }

    @AfterAll
    void close() {
        text.close();
    }

    private Form form(String line, boolean terse) {
        return new Form(false, new int[0], new int[0], new int[0], text.tokens().end(), line, terse);
    }

    private Needles needles(RecallMix.Kind kind, Form form, int rivals) {
        return new Needles(text.tokens(), WordList.bundled(), kind, form, rivals);
    }

    private Needles needles(RecallMix.Kind kind) {
        return needles(kind, form("\n", false), 0);
    }

    private String written(Needle needle) {
        return text.tokenizer().decode(needle.tokens(), SpecialTokens.INCLUDED);
    }

    private static int tokens(List<Needle> needles) {
        return needles.stream().mapToInt(needle -> needle.tokens().length).sum();
    }

    @ParameterizedTest
    @EnumSource(RecallMix.Kind.class)
    void aNeedleIsASentenceOfItsKeyAndItsValue(RecallMix.Kind kind) {
        Random random = new Random(1);
        Needles needles = needles(kind);
        for (int i = 0; i < 20; i++) {
            Needle needle = needles.asked(1, random).get(0);
            assertThat(written(needle))
                    .isEqualTo("\n" + kind.wording().needle(needle.key(), needle.value()))
                    .startsWith("\nOne of the special magic ")
                    .endsWith(needle.key() + " is: " + needle.value() + ".");
        }
    }

    @Test
    void aTerseOneIsABareKeyAndAShortValue() {
        Random random = new Random(2);
        Needles needles = needles(RecallMix.Kind.SINGLE, form(" ", true), 0);
        for (int i = 0; i < 50; i++) {
            Needle needle = needles.asked(1, random).get(0);
            assertThat(written(needle)).isEqualTo(" " + needle.key() + " is: " + needle.value() + ".");
            assertThat(Integer.parseInt(needle.value())).isBetween(100, 999);
        }
    }

    @Test
    void valuesAreNumbersOfSevenDigitsOrUuids() {
        Random random = new Random(3);
        Needles numbers = needles(RecallMix.Kind.FEW);
        Needles uuids = needles(RecallMix.Kind.HEXADECIMAL);
        for (int i = 0; i < 50; i++) {
            assertThat(Integer.parseInt(numbers.asked(1, random).get(0).value()))
                    .isBetween(1_000_000, 9_999_999);
            Needle needle = uuids.asked(1, random).get(0);
            assertThat(UUID.fromString(needle.value())).hasToString(needle.value());
            assertThat(UUID.fromString(needle.key())).hasToString(needle.key());
        }
    }

    @Test
    void severalValuesHaveOneKeyAndSeveralQueriesOneEach() {
        Random random = new Random(4);
        List<Needle> values = needles(RecallMix.Kind.VALUES).asked(4, random);
        assertThat(values)
                .extracting(Needle::key)
                .hasSize(4)
                .containsOnly(values.get(0).key());
        assertThat(values).extracting(Needle::value).doesNotHaveDuplicates();
        assertThat(needles(RecallMix.Kind.QUERIES).asked(4, random))
                .extracting(Needle::key)
                .hasSize(4)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8})
    void noKeyIsUsedByTwoQuestions(int rivals) {
        Random random = new Random(5);
        Needles needles = needles(RecallMix.Kind.ALL, form(" ", true), rivals);
        List<Needle> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.addAll(needles.asked(1, random));
        }
        all.addAll(needles.unasked(9000, random));
        assertThat(all).hasSizeGreaterThan(600).extracting(Needle::key).doesNotHaveDuplicates();
    }

    @Test
    void thoseThatNobodyAsksForAreNoneAFewOrAsManyAsFit() {
        Random random = new Random(8);
        Set<Integer> few = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            assertThat(needles(RecallMix.Kind.SINGLE).unasked(5000, random)).isEmpty();
            few.add(needles(RecallMix.Kind.FEW).unasked(5000, random).size());
            int room = random.nextInt(2000);
            List<Needle> all = needles(RecallMix.Kind.ALL).unasked(room, random);
            assertThat(tokens(all)).isLessThanOrEqualTo(room);
            assertThat(room - tokens(all)).as("one more would not fit").isLessThan(100);
        }
        assertThat(few).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @ParameterizedTest
    @EnumSource(RecallMix.Kind.class)
    void whereNothingFitsThereIsNone(RecallMix.Kind kind) {
        assertThat(needles(kind).unasked(0, new Random(6))).isEmpty();
    }

    @Test
    void aRivalSharesAWordWithAnEarlierKey() {
        Random random = new Random(7);
        Needles needles = needles(RecallMix.Kind.FEW, form(" ", true), 8);
        Set<String> adjectives = new HashSet<>();
        Set<String> nouns = new HashSet<>();
        int pairs = 0;
        for (int i = 0; i < 200; i++) {
            String key = needles.asked(1, random).get(0).key();
            int hyphen = key.indexOf('-');
            if (hyphen > 0) {
                boolean oldAdjective = !adjectives.add(key.substring(0, hyphen));
                boolean oldNoun = !nouns.add(key.substring(hyphen + 1));
                assertThat(oldAdjective || oldNoun || pairs == 0).as(key).isTrue();
                pairs++;
            }
        }
        assertThat(pairs).isGreaterThan(100);
    }

    @Test
    void equalSeedsDrawEqualNeedles() {
        List<Needle> once = needles(RecallMix.Kind.FEW).asked(3, new Random(8));
        List<Needle> again = needles(RecallMix.Kind.FEW).asked(3, new Random(8));
        assertThat(again)
                .extracting(this::written)
                .isEqualTo(once.stream().map(this::written).toList());
    }
}
