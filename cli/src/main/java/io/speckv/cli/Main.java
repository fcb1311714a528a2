package io.speckv.cli;

import io.speckv.engine.EngineException;
import io.speckv.selection.InvalidSettingException;
import io.speckv.text.TextException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Exit status: 0 done, 1 failed, 2 the input was wrong. */
@Command(
        name = "speckv",
        mixinStandardHelpOptions = true,
        version = "speckv 0.1.0",
        description = "Draft-based approximate inference for long prompts.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            GenerateCommand.class,
            BenchCommand.class,
            EvalCommand.class,
            TrainCommand.class
        })
public final class Main implements Callable<Integer> {
    static final int FAILED = 1;
    static final int WRONG_INPUT = 2;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(Main::report);
    }

    private static int report(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        boolean input = failure instanceof EngineException
                || failure instanceof InvalidSettingException
                || failure instanceof TextException
                || failure instanceof WrongInputException;
        if (input || failure instanceof IOException) {
            command.getErr().println("speckv: " + failure.getMessage());
        } else {
            command.getErr().println("speckv: this is a defect of speckv, please report it:");
            failure.printStackTrace(command.getErr());
        }
        return input ? WRONG_INPUT : FAILED;
    }

    @Override
    public Integer call() {
        CommandLine.usage(this, System.err);
        return WRONG_INPUT;
    }
}
