package io.speckv.cli.options;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses are routers'; more that are none are in WrongRouterTest, as a user meets them. */
class RouterAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:9000",
                "router.example:65535",
                "[::1]:9000",
                "dns:///router.example:9000",
                "list:///10.0.0.1:9000,10.0.0.2:9001"
            })
    void aHostHasItsPort(String address) {
        assertThatCode(() -> RouterAddress.require(address)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "localhost:0", "localhost:65536", "localhost:port", "dns:///a,b:1", "list:///a:1,b"
            })
    void withoutOneItIsNoRouters(String address) {
        assertThatThrownBy(() -> RouterAddress.require(address))
                .isInstanceOf(WrongInputException.class)
                .hasMessage("--router is '" + address + "'; it must be HOST:PORT of the router's gRPC, such as"
                        + " localhost:9000, with a port up to 65535");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8080", "https://router.example"})
    void aWebPageIsAnotherPlace(String address) {
        assertThatThrownBy(() -> RouterAddress.require(address)).hasMessageEndingWith(", and not that of its web page");
    }
}
