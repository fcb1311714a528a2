package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.server.BuildVersion;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What {@code --help} shows. */
class HelpTest {
    static Stream<CommandLine> commands() {
        return all(Main.commandLine());
    }

    private static Stream<CommandLine> all(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(HelpTest::all));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void fitsEightyColumnsAndSaysWhatEachOptionIsFor(CommandLine command) {
        assertThat(command.getUsageMessage().lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(command.getCommandSpec().options())
                .allSatisfy(option -> assertThat(option.description())
                        .as(option.longestName())
                        .isNotEmpty());
        assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandTellsTheVersionThatServicesTell(CommandLine command) {
        assertThat(command.getCommandSpec().version()).containsExactly("speckv " + BuildVersion.current());
    }

    @Test
    void theVersionIsTheBuilds() {
        assertThat(BuildVersion.current()).matches("\\d+\\.\\d+\\.\\d+(-.+)?");
    }

    @Test
    void clientsTellTheirExitStatuses() {
        assertThat(commands().filter(command -> Main.CLIENTS.contains(command.getCommandName())))
                .hasSameSizeAs(Main.CLIENTS)
                .allSatisfy(command -> assertThat(command.getUsageMessage())
                        .contains("Exit status:")
                        .containsPattern(" 3 +the service is full")
                        .doesNotContain("130"));
    }

    @Test
    void commandsThatComputeTellThatASignalEndsThem() {
        assertThat(Main.commandLine().getSubcommands())
                .containsKeys(Main.COMPUTING.toArray(new String[0]))
                .allSatisfy(
                        (name, command) -> assertThat(command.getUsageMessage().contains("130   a signal ended it"))
                                .isEqualTo(Main.COMPUTING.contains(name)));
    }

    /** Native code crashes where it computes while the process exits: what a signal does must be said of every command. */
    @Test
    void everyCommandAsksComputesOrServes() {
        assertThat(Main.commandLine().getSubcommands().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(Main.CLIENTS, Main.COMPUTING, Main.SERVICES, Set.of("up"))
                                .flatMap(Set::stream)
                                .toList());
    }
}
