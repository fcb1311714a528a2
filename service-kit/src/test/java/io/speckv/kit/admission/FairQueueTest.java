package io.speckv.kit.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairQueueTest {
    private final FairQueue queue = new FairQueue();

    private List<Integer> added(int... tokens) {
        Arrays.stream(tokens).forEach(queue::add);
        return polled();
    }

    private List<Integer> polled() {
        List<Integer> tokens = new ArrayList<>();
        while (!queue.isEmpty()) {
            tokens.add(queue.poll().tokens());
        }
        return tokens;
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "2, 2", "3, 2", "4, 3", "1023, 10", "1024, 11", "2147483647, 31"})
    void classesAreThePowersOfTwo(int tokens, int lengthClass) {
        assertThat(queue.add(tokens).lengthClass()).isEqualTo(lengthClass);
    }

    @Test
    void withinAClassTheFirstToComeIsTheFirstToRun() {
        assertThat(added(700, 600, 1000, 513)).containsExactly(700, 600, 1000, 513);
    }

    @Test
    void ofEqualClassesTheShorterIsNext() {
        assertThat(added(4000, 10, 300)).containsExactly(10, 300, 4000);
    }

    @Test
    void classesGetEqualNumbersOfTokens() {
        int[] waiting = new int[12];
        Arrays.fill(waiting, 0, 4, 800);
        Arrays.fill(waiting, 4, 12, 200);
        assertThat(added(waiting))
                .as("four of the short ones for each long one, while both wait")
                .containsExactly(200, 800, 200, 200, 200, 200, 800, 200, 200, 200, 800, 800);
    }

    @Test
    void aClassThatWasAwayHasNothingSavedUp() {
        queue.add(200);
        assertThat(polled()).containsExactly(200);
        for (int i = 0; i < 10; i++) {
            queue.add(800);
        }
        for (int i = 0; i < 5; i++) {
            assertThat(queue.poll().tokens()).isEqualTo(800);
        }
        for (int i = 0; i < 10; i++) {
            queue.add(200);
        }
        assertThat(polled())
                .as("it begins where the others are, and catches nothing up")
                .startsWith(200, 200, 200, 200, 200, 800);
    }

    @Test
    void whoGivesUpItsPlaceIsGone() {
        FairQueue.Entry first = queue.add(700);
        FairQueue.Entry second = queue.add(600);
        queue.add(10);
        queue.remove(first);
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.tokens()).isEqualTo(610);
        queue.remove(first);
        assertThat(queue.size()).as("who is not there leaves nothing").isEqualTo(2);
        queue.remove(second);
        assertThat(polled()).containsExactly(10);
        assertThat(queue.tokens()).isZero();
    }

    @Test
    void twoOfOneLengthAreTwo() {
        FairQueue.Entry first = queue.add(5);
        FairQueue.Entry second = queue.add(5);
        assertThat(first).isNotEqualTo(second);
        queue.remove(second);
        assertThat(queue.poll()).isSameAs(first);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void nobodyComesOutOfAnEmptyQueue() {
        assertThatThrownBy(queue::poll)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("nobody waits");
    }

    @Test
    void tokensOfManyLongPromptsAreCountedInFull() {
        queue.add(Integer.MAX_VALUE);
        queue.add(Integer.MAX_VALUE);
        assertThat(queue.tokens()).isEqualTo(2L * Integer.MAX_VALUE);
    }

    /** Goyal, Vin and Cheng's bound: two classes that wait all the time are apart by no more than one request of each. */
    @Test
    void classesThatWaitAllTheTimeAreNeverFarApart() {
        Random random = new Random(6);
        for (int round = 0; round < 50; round++) {
            FairQueue busy = new FairQueue();
            Map<Integer, Long> served = new HashMap<>();
            int[] classes = {4, 7, 10};
            for (int lengthClass : classes) {
                served.put(lengthClass, 0L);
                busy.add(tokens(lengthClass, random));
                busy.add(tokens(lengthClass, random));
            }
            for (int i = 0; i < 500; i++) {
                FairQueue.Entry next = busy.poll();
                served.merge(next.lengthClass(), (long) next.tokens(), Long::sum);
                busy.add(tokens(next.lengthClass(), random));
                for (int one : classes) {
                    for (int other : classes) {
                        assertThat(served.getOrDefault(one, 0L) - served.getOrDefault(other, 0L))
                                .as("class %d ahead of class %d", one, other)
                                .isLessThanOrEqualTo((1L << one) + (1L << other));
                    }
                }
            }
        }
    }

    private static int tokens(int lengthClass, Random random) {
        int least = 1 << (lengthClass - 1);
        return least + random.nextInt(least);
    }

    @Test
    void noRequestIsLostOrDoubledOrOvertakenInItsClass() {
        Random random = new Random(7);
        Map<Integer, Deque<FairQueue.Entry>> expected = new HashMap<>();
        int size = 0;
        long tokens = 0;
        for (int i = 0; i < 20_000; i++) {
            int draw = random.nextInt(10);
            if (draw < 5) {
                FairQueue.Entry entry = queue.add(1 + random.nextInt(1 << random.nextInt(16)));
                expected.computeIfAbsent(entry.lengthClass(), key -> new ArrayDeque<>())
                        .add(entry);
                size++;
                tokens += entry.tokens();
            } else if (size > 0) {
                FairQueue.Entry gone = draw < 9 ? queue.poll() : anyOf(expected, random);
                Deque<FairQueue.Entry> own = expected.getOrDefault(gone.lengthClass(), new ArrayDeque<>());
                if (draw < 9) {
                    assertThat(own.remove()).isSameAs(gone);
                } else {
                    queue.remove(gone);
                    own.remove(gone);
                }
                size--;
                tokens -= gone.tokens();
            }
            assertThat(queue.size()).isEqualTo(size);
            assertThat(queue.tokens()).isEqualTo(tokens);
        }
    }

    private static FairQueue.Entry anyOf(Map<Integer, Deque<FairQueue.Entry>> waiting, Random random) {
        List<FairQueue.Entry> all =
                waiting.values().stream().flatMap(Deque::stream).toList();
        return all.get(random.nextInt(all.size()));
    }
}
