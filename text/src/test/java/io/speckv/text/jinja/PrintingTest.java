package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrintingTest {
    @Test
    void aTextIsPrintedAsItIsAndQuotedWithinAnythingElse() {
        assertThat(Printing.str("it's")).isEqualTo("it's");
        assertThat(Printing.str(List.of("it's", "a"))).isEqualTo("[\"it's\", 'a']");
        assertThat(Printing.str(Map.of("a", Tuple.of("b")))).isEqualTo("{'a': ('b',)}");
    }

    @Test
    void constantsAndNumbersArePythons() {
        assertThat(Printing.str(List.<Object>of(true, None.NONE, 1L, 1.0, 1e16)))
                .isEqualTo("[True, None, 1, 1.0, 1e+16]");
    }

    @Test
    void whatIsUndefinedIsPrintedAsNothingAndNamedWithinAnythingElse() {
        assertThat(Printing.str(Undefined.name("x"))).isEmpty();
        assertThat(Printing.str(List.of(Undefined.name("x")))).isEqualTo("[Undefined]");
    }
}
