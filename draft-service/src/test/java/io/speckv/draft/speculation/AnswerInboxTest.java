package io.speckv.draft.speculation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.kit.failure.RequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerInboxTest {
    private final AnswerInbox inbox = new AnswerInbox(5);

    @Test
    void tokensComeOutInThePiecesInWhichTheyArrived() {
        inbox.add(0, new int[] {1, 2});
        inbox.add(2, new int[0]);
        inbox.add(2, new int[] {3});
        assertThat(inbox.next()).containsExactly(1, 2);
        assertThat(inbox.next()).containsExactly(3);
        assertThat(inbox.next()).isEmpty();
        assertThat(inbox.isComplete()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "3, 3", "-1, 4294967295"})
    void eachPieceBeginsWhereTheOneBeforeEnded(int firstIndex, String shown) {
        inbox.add(0, new int[] {1, 2});
        assertThatThrownBy(() -> inbox.add(firstIndex, new int[] {9}))
                .isInstanceOf(RequestException.class)
                .hasMessage("answered.first_index is " + shown + ", must be 2, the number of tokens before");
    }

    @Test
    void moreThanAreOfUseEndTheDraft() {
        inbox.add(0, new int[] {1, 2, 3});
        inbox.add(3, new int[] {4, 5});
        assertThat(inbox.isComplete()).as("five are of use").isFalse();
        inbox.add(5, new int[] {6});
        assertThat(inbox.isComplete()).isTrue();
        assertThat(inbox.next()).containsExactly(1, 2, 3);
        assertThat(inbox.next()).containsExactly(4, 5);
        assertThat(inbox.next()).as("the sixth was of none").isEmpty();
    }

    @Test
    void afterTheEndNothingIsTakenOrRefused() {
        inbox.complete();
        inbox.add(7, new int[] {1});
        assertThat(inbox.next()).isEmpty();
        assertThat(inbox.isComplete()).isTrue();
    }

    @Test
    void whoReadsBesideTheOneWhoWritesMissesNothing() {
        int count = 20_000;
        AnswerInbox busy = new AnswerInbox(count);
        CompletableFuture<Void> written = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < count; i++) {
                busy.add(i, new int[] {i});
            }
        });
        List<Integer> read = new ArrayList<>();
        while (read.size() < count && !written.isCompletedExceptionally()) {
            IntStream.of(busy.next()).forEach(read::add);
        }
        written.join();
        assertThat(read).isEqualTo(IntStream.range(0, count).boxed().toList());
    }
}
