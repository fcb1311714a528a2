package io.speckv.engineclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventBlocksTest {
    private static List<ByteBuffer> bytes(String text) {
        return List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void anEventEndsAtAnEmptyLine(String end) {
        String text = String.join(
                end,
                "data: {\"a\":1}",
                "",
                ":",
                "",
                "id: 3",
                "data:one",
                "data: two",
                "",
                "event: x",
                "",
                "data: [DONE]",
                "",
                "");

        assertThat(new EventBlocks().accept(bytes(text))).containsExactly("{\"a\":1}", "one\ntwo", "[DONE]");
    }

    @Test
    void eventsDoNotDependOnHowTheirBytesCome() {
        byte[] text = "data: größer 日本\r\n\r\ndata: 2\n\ndata\n\n".getBytes(StandardCharsets.UTF_8);
        EventBlocks blocks = new EventBlocks();
        List<String> events = new ArrayList<>();
        for (byte one : text) {
            events.addAll(blocks.accept(List.of(ByteBuffer.wrap(new byte[] {one}))));
        }

        assertThat(events).containsExactly("größer 日本", "2", "");
        assertThat(new EventBlocks().accept(List.of(ByteBuffer.wrap(text)))).isEqualTo(events);
    }

    /** As the standard has it, which decodes a stream as a file. */
    @Test
    void aByteOrderMarkBeforeTheFirstLineIsNoPartOfIt() {
        assertThat(new EventBlocks().accept(bytes("\uFEFFdata: 1\n\ndata: \uFEFF2\n\n\uFEFFdata: 3\n\n")))
                .containsExactly("1", "\uFEFF2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dataset: 1", "data : 1", " data: 1", "DATA: 1", ":data: 1", "event: data"})
    void otherFieldsArePassedOver(String line) {
        assertThat(new EventBlocks().accept(bytes(line + "\n\ndata: 2\n\n"))).containsExactly("2");
    }

    @Test
    void oneSpaceAfterTheColonIsNoPartOfTheData() {
        assertThat(new EventBlocks().accept(bytes("data:  two\n\ndata:none\n\ndata:\ttab\n\ndata: \n\ndata:\n\n")))
                .containsExactly(" two", "none", "\ttab", "", "");
    }

    @Test
    void anEventThatIsNotCompleteIsNone() {
        assertThat(new EventBlocks().accept(bytes("data: half\n"))).isEmpty();
    }

    @Test
    void anEndlessEventIsRefused() {
        EventBlocks blocks = new EventBlocks();
        ByteBuffer much = ByteBuffer.allocate(1 << 20);

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 17; i++) {
                        blocks.accept(List.of(much.duplicate()));
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("longer than");
    }
}
