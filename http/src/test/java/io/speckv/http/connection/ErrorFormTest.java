package io.speckv.http.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.http.json.ApiError;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorFormTest {
    private static final ApiError WRONG = ApiError.field("top_p", "is 2");

    private static ApiError ofStatus(int status) {
        return new ApiError(status, "t", "c", null, "m", Optional.empty());
    }

    @Test
    void openAisIsAnObjectInAnErrorAndTheLastDataOfAStream() {
        String json = "{\"error\":{\"message\":\"top_p is 2\",\"type\":\"invalid_request_error\",\"param\":\"top_p\","
                + "\"code\":\"invalid_value\"}}";
        assertThat(ErrorForm.OPENAI.body(WRONG, "r1")).hasToString(json);
        assertThat(ErrorForm.OPENAI.event(WRONG, "r1", 4)).isEqualTo("data: " + json + "\n\n");
    }

    @Test
    void thatOfResponsesHasANamedEventWithItsNumber() {
        assertThat(ErrorForm.RESPONSE.body(WRONG, "r1")).isEqualTo(ErrorForm.OPENAI.body(WRONG, "r1"));
        assertThat(ErrorForm.RESPONSE.event(WRONG, "r1", 4))
                .isEqualTo(
                        "event: error\ndata: {\"type\":\"error\",\"code\":\"invalid_value\",\"message\":\"top_p is 2\","
                                + "\"param\":\"top_p\",\"sequence_number\":4}\n\n");
    }

    @Test
    void anthropicsNamesTheRequest() {
        String json = "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"top_p is 2\","
                + "\"code\":\"invalid_value\",\"param\":\"top_p\"},\"request_id\":\"r1\"}";
        assertThat(ErrorForm.MESSAGE.body(WRONG, "r1")).hasToString(json);
        assertThat(ErrorForm.MESSAGE.event(WRONG, "r1", 4)).isEqualTo("event: error\ndata: " + json + "\n\n");
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_request_error",
        "401, authentication_error",
        "403, permission_error",
        "404, not_found_error",
        "409, invalid_request_error",
        "413, request_too_large",
        "429, rate_limit_error",
        "500, api_error",
        "501, api_error",
        "503, overloaded_error",
        "504, timeout_error"
    })
    void anthropicsTypesFollowTheStatus(int status, String type) {
        assertThat(ErrorForm.MESSAGE
                        .body(ofStatus(status), "r")
                        .at("/error/type")
                        .asText())
                .isEqualTo(type);
    }

    @Test
    void anErrorOfNoFieldHasNone() {
        assertThat(ErrorForm.OPENAI.body(ofStatus(500), "r").at("/error/param").isNull())
                .isTrue();
        assertThat(ErrorForm.MESSAGE.body(ofStatus(500), "r").at("/error/param").isNull())
                .isTrue();
    }
}
