package io.speckv.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DemoTextTest {
    @Test
    void hidesOneNumberAndAsksForItWithoutSayingIt() {
        for (long seed = 0; seed < 50; seed++) {
            DemoText text = DemoText.of(seed);
            String number = text.needle().replaceAll("\\D", "");

            assertThat(number).hasSize(7);
            assertThat(text.prompt().split(number, -1))
                    .as("the number appears once")
                    .hasSize(2);
            assertThat(text.prompt())
                    .contains("\n\n" + text.needle() + "\n\n")
                    .contains("TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION")
                    .endsWith("mentioned in the provided text is");
        }
    }

    @Test
    void theSameSeedHidesTheSameNumberAndAnotherAnother() {
        assertThat(DemoText.of(7)).isEqualTo(DemoText.of(7));
        assertThat(DemoText.of(7).needle()).isNotEqualTo(DemoText.of(8).needle());
    }
}
