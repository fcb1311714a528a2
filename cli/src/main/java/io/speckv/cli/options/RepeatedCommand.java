package io.speckv.cli.options;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** The command that repeats a report. */
public final class RepeatedCommand {
    private static final Pattern PLAIN = Pattern.compile("[\\w./,:=+@%^-]+");

    private RepeatedCommand() {}

    /** Returns the command line as typed, quoted for a shell; empty outside the command line. */
    public static String of(@Nullable CommandSpec command) {
        if (command == null) {
            return "";
        }
        List<String> arguments = command.root().commandLine().getParseResult().originalArgs();
        return "./speckv "
                + String.join(
                        " ", arguments.stream().map(RepeatedCommand::quoted).toList());
    }

    public static String quoted(String argument) {
        return PLAIN.matcher(argument).matches() ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
