package io.speckv.text.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.text.Encoding;
import io.speckv.text.chat.OriginPoints.Stretch;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Origins are written under the text: a digit for a message's text, {@code t} for tools, a dot for the template. */
class OriginSearchTest {

    /** A prompt whose tokens are its characters. */
    private static Encoding characters(String text) {
        return new Encoding(
                text,
                new int[text.length()],
                IntStream.range(0, text.length()).toArray(),
                IntStream.rangeClosed(1, text.length()).toArray());
    }

    private static String written(PromptOrigins origins) {
        return IntStream.range(0, origins.size())
                .mapToObj(i -> origins.isContent(i) ? "" + origins.message(i) : origins.isTools(i) ? "t" : ".")
                .collect(Collectors.joining());
    }

    private static String messages(PromptOrigins origins) {
        return IntStream.range(0, origins.size())
                .mapToObj(i -> String.valueOf(origins.message(i)))
                .collect(Collectors.joining());
    }

    @Test
    void textIsFromItsMessageAndTheRestBelongsToTheNext() {
        String prompt = "<Hi><you>!";
        PromptOrigins origins = new OriginSearch(
                        characters(prompt), List.of(new Stretch(1, 3, 0), new Stretch(5, 8, 1)), 2)
                .origins(prompt);
        assertThat(written(origins)).isEqualTo(".00..111..");
        assertThat(messages(origins)).isEqualTo("0001111122");
    }

    @Test
    void withoutMessagesAllIsTheTemplates() {
        PromptOrigins origins = new OriginSearch(characters("<a>"), List.of(), 0).origins("<a>");
        assertThat(written(origins)).isEqualTo("...");
        assertThat(messages(origins)).isEqualTo("000");
    }

    @Test
    void aTokenOfBothIsTheTemplates() {
        Encoding prompt = new Encoding("<Hello>", new int[4], new int[] {0, 2, 4, 6}, new int[] {2, 4, 6, 7});
        assertThat(written(new OriginSearch(prompt, List.of(new Stretch(1, 6, 0)), 1).origins("<Hello>")))
                .as("of <H, el, lo, >")
                .isEqualTo(".00.");
    }

    @Test
    void aTokenThatSpellsNothingIsTheTemplates() {
        Encoding prompt = new Encoding("Hi", new int[4], new int[] {0, 0, 1, 2}, new int[] {0, 1, 2, 2});
        assertThat(written(new OriginSearch(prompt, List.of(new Stretch(0, 2, 0)), 1).origins("Hi")))
                .as("a token before the text, H, i, and one behind it")
                .isEqualTo(".00.");
    }

    @Test
    void tokensOfOneCharacterShareItsOrigin() {
        Encoding prompt = new Encoding("<é>", new int[4], new int[] {0, 1, 1, 2}, new int[] {1, 2, 2, 3});
        assertThat(written(new OriginSearch(prompt, List.of(new Stretch(1, 2, 0)), 1).origins("<é>")))
                .isEqualTo(".00.");
    }

    @Test
    void stretchesOfOneMessageMayTouchOrLeaveThingsOut() {
        String prompt = "abcdef";
        List<Stretch> stretches = List.of(new Stretch(0, 2, 0), new Stretch(2, 3, 0), new Stretch(4, 5, 0));
        assertThat(written(new OriginSearch(characters(prompt), stretches, 1).origins(prompt)))
                .isEqualTo("000.0.");
    }

    @Test
    void whatThePromptHasMoreThanWithoutToolsIsAboutThem() {
        String prompt = "<s>[TOOLS]<u>Hi</u>";
        OriginSearch search = new OriginSearch(characters(prompt), List.of(new Stretch(13, 15, 0)), 1);
        assertThat(written(search.origins("<s><u>Hi</u>"))).isEqualTo("...ttttttt...00....");
        assertThat(written(search.origins(prompt))).as("the same without tools").isEqualTo(".............00....");
    }

    @Test
    void aMessagesTextIsNotAboutToolsWhateverItStandsIn() {
        String prompt = "<TOOLS Hi>";
        OriginSearch search = new OriginSearch(characters(prompt), List.of(new Stretch(7, 9, 0)), 1);
        assertThat(written(search.origins("<>"))).isEqualTo(".tttttt00.");
    }

    @Test
    void whateverIsInsertedIsFoundInItsLength() {
        Random random = new Random(8);
        for (int i = 0; i < 3000; i++) {
            String before = text(random);
            String inserted = text(random);
            String after = text(random);
            String prompt = before + inserted + after;
            String origins = written(new OriginSearch(characters(prompt), List.of(), 0).origins(before + after));
            assertThat(origins).matches("\\.*t*\\.*").hasSize(prompt.length());
            assertThat(origins.chars().filter(origin -> origin == 't').count()).isEqualTo(inserted.length());
            int first = Math.max(0, origins.indexOf('t'));
            assertThat(prompt.substring(0, first) + prompt.substring(first + inserted.length()))
                    .as("the rest of %s is what it is without", prompt)
                    .isEqualTo(before + after);
        }
    }

    /** Of two letters, so that edges are often ambiguous. */
    private static String text(Random random) {
        return random.ints(random.nextInt(6), 'a', 'c')
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }
}
