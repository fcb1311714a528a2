package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link SequenceFilters} keep of any sequence; JinjaLanguageTest has the filters case by case, by Jinja itself. */
class SequenceFiltersTest {
    private static final int MANY = 100;
    private static final String[] WORDS = {"a", "A", "b", "B", "ä", "Ä", "ß", "SS", "😀", "", "10", "9"};

    private static Object filtered(String name, Object value, Arguments arguments) {
        return Filters.named(name).apply(value, arguments, new Work());
    }

    private static Object filtered(String name, Object value, Object... arguments) {
        return filtered(name, value, Arguments.of(arguments));
    }

    private static Arguments named(String name, Object value) {
        return new Arguments(List.of(), Map.of(name, value));
    }

    /** Messages that tell by their number where they were. */
    private static List<Object> messages(Random random) {
        List<Object> messages = new ArrayList<>();
        for (int i = random.nextInt(60); i > 0; i--) {
            messages.add(Map.of("word", WORDS[random.nextInt(WORDS.length)], "n", (long) messages.size()));
        }
        return messages;
    }

    private static String word(Object message) {
        return (String) Objects.requireNonNull(((Map<?, ?>) message).get("word"));
    }

    @Test
    void whatIsSortedIsInOrderAndTiesStayInTheirs() {
        Random random = new Random(1);
        for (int i = 0; i < MANY; i++) {
            List<Object> messages = messages(random);
            Comparator<Object> byWord =
                    (a, b) -> Comparisons.compare(PythonCase.lower(word(a)), PythonCase.lower(word(b)), "<");
            List<Object> expected = new ArrayList<>(messages);
            expected.sort(byWord);

            assertThat(filtered("sort", messages, named("attribute", "word"))).isEqualTo(expected);
            Collections.reverse(messages);
            List<Object> backwards = new ArrayList<>(messages);
            backwards.sort(byWord.reversed());
            assertThat(filtered("sort", messages, new Arguments(List.of(true), Map.of("attribute", "word"))))
                    .isEqualTo(backwards);
        }
    }

    @Test
    void groupsHoldEveryElementOnceInTheOrderTheyCame() {
        Random random = new Random(2);
        for (int i = 0; i < MANY; i++) {
            List<Object> messages = messages(random);
            Map<Object, List<Object>> expected = new LinkedHashMap<>();
            messages.forEach(
                    message -> expected.computeIfAbsent(PythonCase.lower(word(message)), unused -> new ArrayList<>())
                            .add(message));
            List<Object> groups = Values.list(filtered("groupby", messages, "word"));

            assertThat(groups).hasSameSizeAs(expected.keySet());
            for (Object group : groups) {
                Object list = Lookup.attribute(group, "list");
                assertThat(list)
                        .isEqualTo(expected.get(
                                PythonCase.lower(word(Values.list(list).get(0)))));
                assertThat(Lookup.attribute(group, "grouper"))
                        .as("as the first has it")
                        .isEqualTo(word(Values.list(list).get(0)));
                assertThat(Values.list(group))
                        .as("a pair for 'for a, b'")
                        .hasSize(2)
                        .last()
                        .isEqualTo(list);
            }
        }
    }

    @Test
    void theLeastAndTheGreatestAreTheFirstOfTheirKind() {
        Random random = new Random(3);
        for (int i = 0; i < MANY; i++) {
            List<Object> messages = messages(random);
            List<Object> sorted = Values.list(filtered("sort", messages, named("attribute", "word")));
            Object least = filtered("min", messages, named("attribute", "word"));
            if (messages.isEmpty()) {
                assertThat(least).isInstanceOf(Undefined.class);
                continue;
            }
            assertThat(least).isEqualTo(sorted.get(0));
            List<Object> reversed =
                    Values.list(filtered("sort", messages, new Arguments(List.of(true), Map.of("attribute", "word"))));
            assertThat(filtered("max", messages, named("attribute", "word"))).isEqualTo(reversed.get(0));
        }
    }

    @Test
    void batchesAndSlicesPutTogetherAreTheSequence() {
        for (int size = 0; size < 30; size++) {
            List<Object> all = new ArrayList<>(
                    IntStream.range(0, size).mapToObj(i -> (Object) (long) i).toList());
            for (long by = 1; by < 12; by++) {
                List<Object> batches = Values.list(filtered("batch", all, by));
                List<Object> slices = Values.list(filtered("slice", all, by));

                assertThat(batches.stream()
                                .flatMap(each -> Values.list(each).stream())
                                .toList())
                        .isEqualTo(all);
                assertThat(slices.stream()
                                .flatMap(each -> Values.list(each).stream())
                                .toList())
                        .isEqualTo(all);
                assertThat(slices).as("always as many as asked for").hasSize((int) by);
                List<Integer> sizes =
                        slices.stream().map(each -> Values.list(each).size()).toList();
                assertThat(sizes).isSortedAccordingTo(Comparator.reverseOrder());
                assertThat(sizes.get(0) - sizes.get(sizes.size() - 1)).isBetween(0, 1);
            }
        }
    }

    @ParameterizedTest(name = "{0} of a dict of a list is {1}")
    @CsvSource({"a.b.1, y", "a.b.9, ''", "a.c, ''", "a.b.-1, ''", "a.b.99999999999999999999, ''"})
    void anAttributeIsAPathOfNamesAndPlaces(String path, String found) {
        Object value = Map.of("a", Map.of("b", List.of("x", "y")));

        assertThat(filtered("join", List.of(value), ",", path)).isEqualTo(found);
    }

    @Test
    void aPathThroughWhatIsNotThereFailsOrGoesOnFromTheDefault() {
        Object value = Map.of("a", Map.of());
        assertThatThrownBy(() -> filtered("map", List.of(value), named("attribute", "x.y")))
                .isInstanceOf(JinjaException.class)
                .hasMessage("'dict object' has no attribute 'x'");
        assertThat(filtered(
                        "map", List.of(value), new Arguments(List.of(), Map.of("attribute", "x.y", "default", "-"))))
                .isEqualTo(List.of("-"));
    }

    @ParameterizedTest
    @CsvSource({"map, name", "selectattr, attribute", "rejectattr, attribute", "groupby, attribute", "batch, linecount"
    })
    void whatAFilterNeedsIsNamed(String filter, String argument) {
        assertThatThrownBy(() -> filtered(filter, List.of(1L)))
                .isInstanceOf(JinjaException.class)
                .hasMessage("missing argument '" + argument + "'");
    }

    @Test
    void whatCannotBeDoneIsSaid() {
        assertThatThrownBy(() -> filtered("slice", List.of(1L), 0L)).hasMessage("slice makes 1 list or more, not 0");
        assertThatThrownBy(() -> filtered("dictsort", Map.of(), false, "size"))
                .hasMessage("dictsort sorts by \"key\" or \"value\", not by 'size'");
        assertThatThrownBy(() -> filtered("dictsort", List.of())).hasMessage("dictsort takes a mapping, not list");
        assertThatThrownBy(() -> filtered("sort", List.<Object>of("a", 1L)))
                .hasMessage("'<' not supported between instances of 'int' and 'str'");
        assertThatThrownBy(() -> filtered("slice", List.of(), 2_000_000L))
                .hasMessageContaining("more than 1000000 elements");
        assertThatThrownBy(() -> filtered("batch", List.of(1L), 2_000_000L, "x"))
                .hasMessageContaining("more than 1000000 elements");
    }
}
