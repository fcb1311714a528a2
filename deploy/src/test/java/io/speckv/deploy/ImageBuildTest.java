package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked for in vain, before any image is made. {@link ContainersTest} runs those that are. */
class ImageBuildTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "/home", "/home base cpu 1.0", "/home base cpu 1.0 out more"})
    void whoGivesOtherArgumentsIsToldWhichThereAre(String arguments) {
        String[] given = arguments.isEmpty() ? new String[0] : arguments.split(" ", -1);

        assertThatThrownBy(() -> ImageBuild.main(given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(given.length + " arguments: they are HOME BASE-IMAGE cpu|cuda VERSION OUTPUT-FOLDER");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu", "cpu ", ""})
    void aVariantThatIsNoneIsNamedBesideThoseThatAre(String variant) {
        Path output = folder.resolve("images");

        assertThatThrownBy(() -> ImageBuild.main(new String[] {"/home", "base", variant, "1.0", output.toString()}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the variant is '" + variant + "', must be cpu or cuda: HOME BASE-IMAGE");
        assertThat(Files.exists(output)).as("nothing is written").isFalse();
    }
}
