package io.speckv.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The pair outside the launcher, which alone knows where the project is. */
class BundledPairTest {
    @Test
    void aModelThatIsNotThereIsNamedWithTheOptionForAnother() {
        assertThat(BundledPair.targetFolder()).doesNotExist().endsWithRaw(Path.of("models/speckv-tiny-target"));
        assertThatThrownBy(BundledPair::target)
                .isInstanceOf(WrongInputException.class)
                .hasMessage("the bundled model is not at " + BundledPair.targetFolder()
                        + "; name a checkpoint's folder with --target");
        assertThatThrownBy(BundledPair::draft)
                .isInstanceOf(WrongInputException.class)
                .hasMessage("the bundled model is not at " + BundledPair.draftFolder()
                        + "; name a checkpoint's folder with --draft");
    }

    @Test
    void itsDescriptionFitsATerminal() {
        assertThat(BundledPair.DESCRIPTION.lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }
}
