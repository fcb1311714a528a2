package io.speckv.kit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartedTest {
    private final List<String> stopped = new ArrayList<>();

    @Test
    void aLaterFailureStopsWhatWasStartedLastFirst() {
        assertThatThrownBy(() -> {
                    try (Started started = new Started()) {
                        started.add(() -> stopped.add("first"));
                        started.add(() -> stopped.add("second"));
                        throw new IOException("the third does not start");
                    }
                })
                .hasMessage("the third does not start");

        assertThat(stopped).containsExactly("second", "first");
    }

    @Test
    void completePartsGoOn() {
        try (Started started = new Started()) {
            started.add(() -> stopped.add("first"));
            started.complete();
        }

        assertThat(stopped).isEmpty();
    }

    @Test
    void aPartThatDoesNotStopKeepsNoOtherFromIt() {
        Started started = new Started();
        started.add(() -> stopped.add("first"));
        started.add(() -> {
            throw new IOException("stuck");
        });

        assertThatThrownBy(started::close).hasRootCauseMessage("stuck");
        assertThat(stopped).containsExactly("first");
    }
}
