package io.speckv.cli;

import io.speckv.cli.client.ExitStatus;
import io.speckv.cli.options.WrongInputException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports wrong arguments in one line, and where to find help in a second one. */
final class WrongUsage implements IParameterExceptionHandler {
    private static final String PICOCLI_MARK = "Error: ";

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("speckv: " + message(failure));
        command.getErr().println("see './" + command.getCommandSpec().qualifiedName() + " --help'");
        return ExitStatus.WRONG_INPUT.number();
    }

    private static String message(ParameterException failure) {
        if (failure.getCause() instanceof WrongInputException wrong) {
            return name(failure.getArgSpec()) + " " + wrong.getMessage();
        }
        if (failure instanceof UnmatchedArgumentException unmatched) {
            return unknown(unmatched);
        }
        String told = String.valueOf(failure.getMessage());
        return told.startsWith(PICOCLI_MARK) ? told.substring(PICOCLI_MARK.length()) : told;
    }

    private static String name(@Nullable ArgSpec argument) {
        if (argument instanceof OptionSpec option) {
            return option.names()[0];
        }
        return argument == null ? "an argument" : argument.paramLabel();
    }

    private static String unknown(UnmatchedArgumentException failure) {
        String first = failure.getUnmatched().get(0);
        String kind = "argument";
        if (failure.isUnknownOption()) {
            kind = "option";
        } else if (!failure.getCommandLine().getSubcommands().isEmpty()) {
            kind = "command";
        }
        List<String> alike = failure.getSuggestions();
        return "there is no " + kind + " '" + first + "'"
                + (alike.isEmpty()
                        ? ""
                        : "; there is " + alike.stream().distinct().collect(Collectors.joining(", ")));
    }
}
