package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodingBuilderTest {

    @Test
    void tokensStandInTheOrderInWhichTheyWereAdded() {
        EncodingBuilder builder = new EncodingBuilder("abc", EncodingLimit.NONE, true);
        builder.add(7, 0, 1, "a");
        builder.add(5, 1, 3, "bc");
        builder.add(2, 3, 3, "</s>");
        Encoding encoding = builder.build();

        assertThat(encoding.text()).isEqualTo("abc");
        assertThat(encoding.ids()).containsExactly(7, 5, 2);
        assertThat(encoding.starts()).containsExactly(0, 1, 3);
        assertThat(encoding.ends()).containsExactly(1, 3, 3);
        assertThat(builder.spelled()).containsExactly("a", "bc", "</s>");
    }

    @Test
    void withoutTokensTheEncodingIsEmpty() {
        Encoding encoding = new EncodingBuilder("", EncodingLimit.NONE, false).build();
        assertThat(encoding.size()).isZero();
        assertThat(encoding.starts()).isEmpty();
        assertThat(encoding.ends()).isEmpty();
    }

    /** However few a text of so many characters was expected to have. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 100_000})
    void thereIsRoomForAnyNumberOfTokens(int characters) {
        EncodingBuilder builder = new EncodingBuilder("x".repeat(characters), EncodingLimit.NONE, false);
        for (int i = 0; i < 20_000; i++) {
            builder.add(i, 2 * i, 2 * i + 1, "x");
        }
        Encoding encoding = builder.build();
        assertThat(encoding.ids()).isEqualTo(IntStream.range(0, 20_000).toArray());
        assertThat(encoding.starts())
                .isEqualTo(IntStream.range(0, 20_000).map(i -> 2 * i).toArray());
        assertThat(encoding.ends())
                .isEqualTo(IntStream.range(0, 20_000).map(i -> 2 * i + 1).toArray());
        assertThat(builder.spelled()).as("nobody asked for spellings").isEmpty();
    }

    @Test
    void ofAPieceSomeTokensMayBeTaken() {
        NativeTokenizer.Piece piece = new NativeTokenizer.Piece(
                new int[] {1, 2, 3, 4}, new int[] {0, 1, 2, 3}, new int[] {1, 2, 3, 4}, 4, new String[] {
                    "a", "b", "c", "d"
                });
        EncodingBuilder spelled = new EncodingBuilder("abcd", EncodingLimit.NONE, true);
        spelled.add(piece, 1, 3);
        spelled.add(piece, 2, 2);
        assertThat(spelled.build().ids()).containsExactly(2, 3);
        assertThat(spelled.build().starts()).containsExactly(1, 2);
        assertThat(spelled.build().ends()).containsExactly(2, 3);
        assertThat(spelled.spelled()).containsExactly("b", "c");
    }

    @Test
    void aPieceWithoutSpellingsIsTakenWhereNobodyAsksForThem() {
        NativeTokenizer.Piece piece =
                new NativeTokenizer.Piece(new int[] {1}, new int[] {0}, new int[] {1}, 1, new String[0]);
        EncodingBuilder builder = new EncodingBuilder("a", EncodingLimit.NONE, false);
        builder.add(piece, 0, 1);
        assertThat(builder.keepsSpelling()).isFalse();
        assertThat(builder.build().ids()).containsExactly(1);
    }

    @Test
    void asManyTokensAsTheLimitArePermitted() {
        EncodingBuilder builder = new EncodingBuilder("abc", EncodingLimit.of(2), false);
        builder.add(1, 0, 1, "a");
        builder.add(2, 1, 2, "b");
        assertThatCode(builder::check).doesNotThrowAnyException();
        assertThat(builder.build().size()).isEqualTo(2);
        builder.add(3, 2, 3, "c");
        assertThatThrownBy(builder::check).isInstanceOf(TooManyTokensException.class);
        assertThatThrownBy(builder::build).isInstanceOf(TooManyTokensException.class);
    }

    @Test
    void aCallerWhoHasLeftGetsNothing() {
        AtomicBoolean left = new AtomicBoolean();
        EncodingBuilder builder = new EncodingBuilder("a", new EncodingLimit(5, left::get), false);
        assertThatCode(builder::check).doesNotThrowAnyException();
        left.set(true);
        assertThatThrownBy(builder::check)
                .isInstanceOf(CancellationException.class)
                .hasMessage("the text is no longer wanted");
        assertThatThrownBy(builder::build).isInstanceOf(CancellationException.class);
    }

    @Test
    void whatWasBuiltDoesNotChangeWithWhatIsAddedLater() {
        EncodingBuilder builder = new EncodingBuilder("ab", EncodingLimit.NONE, false);
        builder.add(1, 0, 1, "a");
        Encoding first = builder.build();
        builder.add(2, 1, 2, "b");
        assertThat(first.ids()).containsExactly(1);
        assertThat(builder.build().ids()).containsExactly(1, 2);
    }
}
