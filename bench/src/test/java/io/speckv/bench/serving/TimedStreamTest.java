package io.speckv.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.GenerateStarted;
import io.speckv.proto.v1.TokenDelta;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimedStreamTest {
    private static final GenerateResponse STARTED = GenerateResponse.newBuilder()
            .setStarted(GenerateStarted.getDefaultInstance())
            .build();
    private static final GenerateResponse FINISHED = GenerateResponse.newBuilder()
            .setFinished(GenerateFinished.newBuilder().setMatchedStop("stop"))
            .build();

    private final TimedStream stream = new TimedStream();

    private static GenerateResponse delta(int tokens) {
        TokenDelta.Builder delta = TokenDelta.newBuilder();
        IntStream.range(0, tokens).forEach(delta::addTokenIds);
        return GenerateResponse.newBuilder().setDelta(delta).build();
    }

    @Test
    void tokensOfAllMessagesAreCountedAndAGapIsBetweenTwo() {
        stream.onNext(STARTED);
        stream.onNext(delta(1));
        stream.onNext(delta(3));
        stream.onNext(delta(2));
        stream.onNext(FINISHED);
        stream.onCompleted();

        assertThat(stream.tokens()).isEqualTo(6);
        assertThat(stream.gaps()).hasSize(2).allMatch(gap -> gap >= 0);
        assertThat(stream.firstTokenSeconds()).isNotNegative();
        assertThat(stream.streamingSeconds())
                .isGreaterThanOrEqualTo(stream.gaps().get(0) + stream.gaps().get(1));
        assertThat(stream.finished().getMatchedStop()).isEqualTo("stop");
        assertThat(stream.ended()).isCompleted();
    }

    @Test
    void nothingIsKnownOfAStreamBeforeItsFirstToken() {
        stream.onNext(STARTED);

        assertThat(stream.tokens()).isZero();
        assertThat(stream.gaps()).isEmpty();
        assertThat(stream.ended()).isNotDone();
        assertThat(stream.finished()).isEqualTo(GenerateFinished.getDefaultInstance());
    }

    @Test
    void aStreamThatFailsSaysWhyToWhoWaitsForAnything() {
        stream.onError(new IllegalStateException("the target went away"));

        assertThatThrownBy(stream::firstTokenSeconds)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("the target went away");
        assertThatThrownBy(stream::streamingSeconds).hasRootCauseMessage("the target went away");
        assertThat(stream.ended()).isCompletedExceptionally();
    }

    @Test
    void aStreamThatFailsInTheMiddleKeepsWhatItTimed() {
        stream.onNext(delta(2));
        stream.onError(new IllegalStateException("gone"));

        assertThat(stream.firstTokenSeconds()).isNotNegative();
        assertThat(stream.tokens()).isEqualTo(2);
        assertThatThrownBy(stream::streamingSeconds).hasRootCauseMessage("gone");
    }

    @Test
    void aStreamThatEndsWithoutATokenSaysSoAndKeepsNobodyWaiting() {
        stream.onNext(STARTED);
        stream.onNext(FINISHED);
        stream.onCompleted();

        assertThat(stream.ended()).isCompleted();
        assertThatThrownBy(stream::firstTokenSeconds).hasRootCauseMessage("the stream ended without a token");
        assertThatThrownBy(stream::streamingSeconds).hasRootCauseMessage("the stream ended without a token");
    }
}
