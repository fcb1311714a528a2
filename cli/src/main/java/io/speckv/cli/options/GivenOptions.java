package io.speckv.cli.options;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Tells options that were given from those at their defaults. */
public final class GivenOptions {
    private GivenOptions() {}

    /** Returns the names of the options of a group. */
    static List<String> names(Object group) {
        return CommandSpec.forAnnotatedObject(group).options().stream()
                .map(OptionSpec::longestName)
                .toList();
    }

    /**
     * Returns normally if none of these options was given: one that changes nothing is a mistake that nobody would notice.
     *
     * @param command that was called; null outside the command line
     * @param why what the option is for; continues its name
     * @throws WrongInputException naming the first one that was given
     */
    public static void refuse(@Nullable CommandSpec command, List<String> options, String why) {
        if (command == null) {
            return;
        }
        for (String option : options) {
            if (command.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new WrongInputException(option + " " + why);
            }
        }
    }
}
