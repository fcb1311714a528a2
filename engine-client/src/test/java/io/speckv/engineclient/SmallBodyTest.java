package io.speckv.engineclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class SmallBodyTest {
    private final SmallBody body = new SmallBody("/v1/models", 6);
    private boolean cancelled;

    private CompletableFuture<String> text() {
        return body.getBody().toCompletableFuture();
    }

    private void subscribed() {
        body.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                assertThat(n).as("all of it").isEqualTo(Long.MAX_VALUE);
            }

            @Override
            public void cancel() {
                cancelled = true;
            }
        });
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void piecesAreOneTextAlsoWhereTheyCutACharacter() {
        subscribed();
        body.onNext(List.of(bytes("a\u00c3"), bytes("\u00a9")));
        body.onNext(List.of(bytes("b")));
        assertThat(text()).as("until its end").isNotDone();

        body.onComplete();

        assertThat(text()).isCompletedWithValue("a\u00e9b");
    }

    @Test
    void aBodyMayBeAsLongAsItSays() {
        subscribed();
        body.onNext(List.of(bytes("123"), bytes("456")));
        body.onComplete();

        assertThat(text()).isCompletedWithValue("123456");
        assertThat(cancelled).isFalse();
    }

    @Test
    void oneByteMoreEndsTheReadingAndNamesTheRoute() {
        subscribed();
        body.onNext(List.of(bytes("123"), bytes("4567"), bytes("8")));

        assertThat(cancelled).isTrue();
        assertThatThrownBy(() -> text().join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(IOException.class)
                .hasMessage("the answer to /v1/models is longer than 6 bytes");
        body.onNext(List.of(bytes("9")));
        body.onComplete();
        assertThat(text()).as("what comes later changes nothing").isCompletedExceptionally();
    }

    @Test
    void anEmptyBodyIsAnEmptyText() {
        subscribed();
        body.onComplete();

        assertThat(text()).isCompletedWithValue("");
    }

    @Test
    void whatBreaksTheConnectionBreaksTheText() {
        subscribed();
        body.onNext(List.of(bytes("123")));
        body.onError(new IOException("reset"));

        assertThatThrownBy(() -> text().join()).hasRootCauseMessage("reset");
    }
}
