package io.speckv.kit.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import org.junit.jupiter.api.Test;

class OutboxTest {
    /** It serializes to ten bytes. */
    private static final StringValue TEN = StringValue.of("12345678");

    private final SharedRoom shared = new SharedRoom(160);
    private final Outbox<StringValue> outbox = new Outbox<>(2, shared);

    private void add(int messages) {
        for (int i = 0; i < messages; i++) {
            outbox.add(TEN);
        }
    }

    @Test
    void messagesBeyondItsOwnTakeSharedRoomUpToAnEighth() {
        add(2);
        assertThat(shared.taken()).isZero();
        add(2);
        assertThat(shared.taken()).isEqualTo(20);
        assertThat(outbox.hasRoom()).as("an eighth of 160 bytes is taken").isFalse();
        assertThat(outbox.overflow()).isZero();
        add(3);
        assertThat(shared.taken()).isEqualTo(20);
        assertThat(outbox.overflow()).isEqualTo(3);
    }

    @Test
    void whatIsRemovedGivesItsRoomBack() {
        add(4);
        for (int i = 0; i < 3; i++) {
            assertThat(outbox.remove()).isEqualTo(TEN);
        }
        assertThat(shared.taken()).isEqualTo(10);
        assertThat(outbox.hasRoom()).isTrue();
        assertThat(outbox.remove()).isEqualTo(TEN);
        assertThat(shared.taken()).isZero();
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void clearingGivesAllBack() {
        add(9);
        outbox.clear();
        assertThat(shared.taken()).isZero();
        assertThat(outbox.size()).isZero();
        assertThat(outbox.overflow()).isZero();
    }

    @Test
    void othersHaveRoomUntilAllTogetherHaveNone() {
        for (int streams = 0; streams < 8; streams++) {
            Outbox<StringValue> other = new Outbox<>(1, shared);
            other.add(TEN);
            assertThat(other.hasRoom()).isTrue();
            other.add(TEN);
            other.add(TEN);
        }
        assertThat(shared.taken()).isEqualTo(160);
        Outbox<StringValue> late = new Outbox<>(1, shared);
        late.add(TEN);
        assertThat(late.hasRoom()).isFalse();
    }
}
