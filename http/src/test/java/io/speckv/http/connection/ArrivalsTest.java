package io.speckv.http.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.http.json.ApiError;
import io.speckv.kit.settings.ByteSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private final List<String> refused = new ArrayList<>();

    private static Arrivals arrivals(int bodies, int perClient, String memory) {
        return new Arrivals(
                new HttpSettings.Arriving(bodies, perClient, ByteSize.parse(memory), Duration.ofSeconds(10)));
    }

    private Arrivals.Body begin(Arrivals arrivals, String client, String name) {
        return arrivals.begin(client, error -> refused.add(name + " " + error.status() + " " + error.code()));
    }

    @Test
    void ofTooManyBodiesTheOldestGivesWay() {
        Arrivals arrivals = arrivals(2, 9, "1KiB");
        begin(arrivals, "a", "first");
        begin(arrivals, "b", "second");
        assertThat(refused).isEmpty();

        begin(arrivals, "c", "third");

        assertThat(refused).containsExactly("first 408 body_timeout");
    }

    @Test
    void ofTooMuchMemoryTheOldestGiveWayUntilThereIsRoom() {
        Arrivals arrivals = arrivals(9, 9, "100B");
        begin(arrivals, "a", "first").grew(40);
        begin(arrivals, "a", "second").grew(30);
        Arrivals.Body third = begin(arrivals, "a", "third");
        third.grew(30);
        assertThat(refused).as("just full").isEmpty();

        third.grew(50);

        assertThat(refused).containsExactly("first 408 body_timeout", "second 408 body_timeout");
    }

    @Test
    void aBodyThatAloneIsTooLargeGivesWayItself() {
        Arrivals arrivals = arrivals(9, 9, "100B");

        begin(arrivals, "a", "large").grew(101);

        assertThat(refused).containsExactly("large 408 body_timeout");
    }

    @Test
    void aBodyThatHasArrivedGivesItsRoomBackOnce() {
        Arrivals arrivals = arrivals(9, 9, "100B");
        Arrivals.Body first = begin(arrivals, "a", "first");
        first.grew(90);
        first.ended();
        first.ended();
        first.grew(90);
        Arrivals.Body second = begin(arrivals, "a", "second");
        second.grew(100);
        assertThat(refused).isEmpty();

        second.grew(1);

        assertThat(refused).as("nothing is counted below zero").containsExactly("second 408 body_timeout");
    }

    @Test
    void oneAddressMayNotTakeThePlacesOfOthers() {
        Arrivals arrivals = arrivals(9, 2, "1KiB");
        Arrivals.Body first = begin(arrivals, "a", "first");
        begin(arrivals, "a", "second");

        assertThatThrownBy(() -> begin(arrivals, "a", "third"))
                .isInstanceOfSatisfying(
                        ApiError.RefusedException.class,
                        thrown -> assertThat(thrown.error().status()).isEqualTo(429))
                .hasMessage("more than 2 bodies are on their way from this address");
        begin(arrivals, "b", "another's");
        assertThat(refused).isEmpty();

        first.ended();
        begin(arrivals, "a", "third");
        assertThat(refused).isEmpty();
    }

    @Test
    void aBodyThatGaveWayLeavesItsPlaceToItsOwnAddress() {
        Arrivals arrivals = arrivals(2, 1, "1KiB");
        begin(arrivals, "a", "first");
        begin(arrivals, "b", "second");
        begin(arrivals, "c", "third");

        begin(arrivals, "a", "again");

        assertThat(refused).containsExactly("first 408 body_timeout", "second 408 body_timeout");
    }
}
