package io.speckv.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.sampling.SamplingSettings;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SamplingArgumentsTest {
    private static final String[] ALL = {
        "--max-new-tokens=5",
        "--temperature=0.5",
        "--top-k=7",
        "--top-p=0.75",
        "--min-p=0.25",
        "--repetition-penalty=1.5",
        "--presence-penalty=-1",
        "--frequency-penalty=2",
        "--seed=-9",
        "--stop=a",
        "--stop=b",
        "--stop-token=3",
        "--stop-token=4",
        "--ignore-eos"
    };

    @Command(name = "asks")
    private static final class Asks {
        @Mixin
        SamplingArguments sampling = new SamplingArguments(64);
    }

    private static SamplingArguments given(String... arguments) {
        return CommandLine.populateCommand(new Asks(), arguments).sampling;
    }

    @Test
    void aLocalRunIsGreedyUnlessSaidOtherwise() {
        assertThat(given().settings())
                .isEqualTo(new SamplingSettings(
                        0, 0, 1, 0, 1, 0, 0, null, 64, List.of(), Set.of(), false, SamplingSettings.NO_LOGPROBS));
    }

    @Test
    void aRequestLeavesWhatIsNotSaidToTheRouter() {
        assertThat(given().toProto())
                .isEqualTo(io.speckv.proto.v1.SamplingSettings.newBuilder()
                        .setMaxNewTokens(64)
                        .build());
    }

    @Test
    void whatIsSaidIsTheSameForBoth() {
        assertThat(given(ALL).settings())
                .isEqualTo(new SamplingSettings(
                        0.5,
                        7,
                        0.75,
                        0.25,
                        1.5,
                        -1,
                        2,
                        -9L,
                        5,
                        List.of("a", "b"),
                        Set.of(3, 4),
                        true,
                        SamplingSettings.NO_LOGPROBS));
        assertThat(given(ALL).toProto())
                .isEqualTo(io.speckv.proto.v1.SamplingSettings.newBuilder()
                        .setMaxNewTokens(5)
                        .setTemperature(0.5f)
                        .setTopK(7)
                        .setTopP(0.75f)
                        .setMinP(0.25f)
                        .setRepetitionPenalty(1.5f)
                        .setPresencePenalty(-1)
                        .setFrequencyPenalty(2)
                        .setSeed(-9)
                        .addStop("a")
                        .addStop("b")
                        .addStopTokenIds(3)
                        .addStopTokenIds(4)
                        .setIgnoreEos(true)
                        .build());
    }

    @Test
    void zerosAreSaidToo() {
        assertThat(given("--temperature=0", "--top-k=0", "--seed=0").toProto())
                .isEqualTo(io.speckv.proto.v1.SamplingSettings.newBuilder()
                        .setMaxNewTokens(64)
                        .setTemperature(0)
                        .setTopK(0)
                        .setSeed(0)
                        .build());
    }

    @Test
    void anEmptyStopTextIsWrongInput() {
        SamplingArguments empty = given("--stop=");

        assertThatThrownBy(empty::settings)
                .isInstanceOf(WrongInputException.class)
                .hasMessageContaining("stop");
    }
}
