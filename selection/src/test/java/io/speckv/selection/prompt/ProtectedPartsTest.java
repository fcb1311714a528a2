package io.speckv.selection.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.selection.Window;
import io.speckv.selection.prompt.ProtectedParts.Part;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProtectedPartsTest {
    private final ProtectedParts parts = new ProtectedParts(List.of(
            new Part("system", 0, Window.range(0, 10)),
            new Part("tools", -1, Window.range(5, 50)),
            new Part("last_turn", 3, Window.range(80, 100))));

    @Test
    void aPositionBelongsToTheFirstPartThatHasIt() {
        assertThat(parts.parts().get(1).positions()).isEqualTo(Window.range(10, 50));
        assertThat(parts.tokens().count()).isEqualTo(70);
    }

    @Test
    void theLongestIsLeftToItsScoresUntilTheRestFits() {
        assertThat(kept(parts.within(70))).containsExactly("system", "tools", "last_turn");
        assertThat(kept(parts.within(69))).containsExactly("system", "last_turn");
        assertThat(kept(parts.within(29))).containsExactly("system");
        assertThat(kept(parts.within(9))).isEmpty();
        assertThat(parts.within(29).parts()).hasSize(3);
        assertThat(parts.within(29).tokens().positions()).isEqualTo(Window.range(0, 10));
    }

    private static List<String> kept(ProtectedParts parts) {
        return parts.parts().stream()
                .filter(part -> !part.compressed())
                .map(Part::kind)
                .toList();
    }
}
