package io.speckv.kit.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThisMachineTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost",
                "127.0.0.1",
                "127.255.255.255",
                "[::1]",
                "[0:0:0:0:0:0:0:1]",
                "[::ffff:127.0.0.1]"
            })
    void isMeantByItsNameAndItsOwnAddresses(String host) {
        assertThat(ThisMachine.isMeantBy(host)).isTrue();
    }

    /** Names are not looked up: some begin like addresses, and what they stand for may change. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost.example",
                "127.example",
                "127.0.0.1.example",
                "127.1",
                "127.0.0.999",
                "127.0.0.01",
                "127.1.2.3.4",
                "0.0.0.0",
                "10.0.0.1",
                "[::]",
                "[fe80::1]",
                "[::1",
                "[localhost]",
                "::1",
                "router",
                ""
            })
    void isNotMeantByAnythingElse(String host) {
        assertThat(ThisMachine.isMeantBy(host)).isFalse();
    }
}
