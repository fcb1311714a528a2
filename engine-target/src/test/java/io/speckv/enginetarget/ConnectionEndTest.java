package io.speckv.enginetarget;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which ends of a connection let a request be sent once more. */
class ConnectionEndTest {
    static Stream<IOException> endsOfConnectionsThatWereOpen() {
        return Stream.of(
                new IOException("HTTP/1.1 header parser received no bytes"),
                new IOException("HTTP/1.1 header parser received no bytes", new EOFException("EOF reached")),
                new IOException("chunked transfer encoding, state: READING_LENGTH", new EOFException("EOF reached")),
                new EOFException(),
                new SocketException("Connection reset"),
                new IOException("Connection reset by peer"),
                new IOException("Broken pipe"));
    }

    @ParameterizedTest
    @MethodSource("endsOfConnectionsThatWereOpen")
    void anEngineMayHaveClosedAnIdleConnection(IOException end) {
        assertThat(ConnectionEnd.isOfAnIdleOne(end)).isTrue();
    }

    static Stream<IOException> otherEnds() {
        return Stream.of(
                new ConnectException("Connection refused"),
                new ConnectException("Connection reset"), // before it was open, so it was not idle
                new HttpConnectTimeoutException("HTTP connect timed out"),
                new HttpTimeoutException("request timed out"),
                new IOException("too many concurrent streams"),
                new IOException("closed", new IOException("for another reason")),
                new IOException());
    }

    @ParameterizedTest
    @MethodSource("otherEnds")
    void whatNeverWasOpenOrEndedForAnotherReasonWasNotIdle(IOException end) {
        assertThat(ConnectionEnd.isOfAnIdleOne(end)).isFalse();
    }
}
