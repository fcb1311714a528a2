package io.speckv.engineclient;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EngineReplyTest {
    private static String reason(String json) {
        return EngineReply.reason(EngineReply.json(json), "nothing said");
    }

    @Test
    void aReasonIsTheFirstLineOfWhatAnErrorSays() {
        assertThat(reason("{\"message\": \" 2 validation errors:\\n  {'input': 'a chat'}\"}"))
                .isEqualTo("2 validation errors:");
        assertThat(reason("\"Unauthorized\"")).isEqualTo("Unauthorized");
        assertThat(reason("{\"message\": 7}")).isEqualTo("nothing said");
        assertThat(reason("<html>")).isEqualTo("nothing said");
    }

    @Test
    void aLongReasonIsCut() {
        assertThat(reason("\"" + "x".repeat(201) + "\"")).isEqualTo("x".repeat(200) + " [...]");
        assertThat(reason("\"" + "x".repeat(200) + "\"")).isEqualTo("x".repeat(200));
    }
}
