package io.speckv.cli;

import io.speckv.cli.ask.ChatCommand;
import io.speckv.cli.ask.DemoCommand;
import io.speckv.cli.ask.DescribeCommand;
import io.speckv.cli.ask.ExplainCommand;
import io.speckv.cli.ask.GenerateCommand;
import io.speckv.cli.ask.RunCommand;
import io.speckv.cli.ask.TokenizeCommand;
import io.speckv.cli.bench.BenchCommand;
import io.speckv.cli.client.ExitStatus;
import io.speckv.cli.client.Interruption;
import io.speckv.cli.client.RouterException;
import io.speckv.cli.doctor.DoctorCommand;
import io.speckv.cli.eval.EvalCommand;
import io.speckv.cli.eval.PairCommand;
import io.speckv.cli.options.FieldOptions;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.WrongInputException;
import io.speckv.cli.serve.ServiceCommands;
import io.speckv.cli.serve.UpCommand;
import io.speckv.cli.train.DistillCommand;
import io.speckv.cli.train.DraftVocabularyCommand;
import io.speckv.cli.train.PruneCommand;
import io.speckv.cli.train.TrainCommand;
import io.speckv.engine.EngineException;
import io.speckv.evals.jsonl.JsonLineException;
import io.speckv.kit.server.BuildVersion;
import io.speckv.kit.settings.SettingsException;
import io.speckv.selection.InvalidSettingException;
import io.speckv.text.TextException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line. Its exit status is an {@link ExitStatus}; the services have exit statuses of their own. */
@Command(
        name = "speckv",
        mixinStandardHelpOptions = true,
        description = "Draft-based approximate inference for long prompts.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            DoctorCommand.class,
            ServiceCommands.Draft.class,
            ServiceCommands.Target.class,
            ServiceCommands.EngineTarget.class,
            ServiceCommands.Router.class,
            GenerateCommand.class,
            ChatCommand.class,
            ExplainCommand.class,
            TokenizeCommand.class,
            DescribeCommand.class,
            RunCommand.class,
            BenchCommand.class,
            EvalCommand.class,
            PairCommand.class,
            TrainCommand.class,
            PruneCommand.class,
            DistillCommand.class,
            DraftVocabularyCommand.class
        })
public final class Main implements Callable<Integer> {
    /** Those that ask a router and load no model. */
    static final Set<String> CLIENTS = Set.of("generate", "chat", "explain", "tokenize", "describe");
    /** Those that load models into this process and end when they are done. */
    static final Set<String> COMPUTING =
            Set.of("demo", "doctor", "run", "bench", "eval", "pair", "train", "prune", "distill", "draft-vocabulary");

    /** Each a process that runs until it is told to end, as {@code up} does, and ends in an order of its own. */
    static final Set<String> SERVICES = Set.of("draft", "target", "engine-target", "router");

    private static final int HELP_COLUMNS = 80;

    /** Kept in a field, because a logger that nobody references is collected and loses its level. */
    private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

    public static void main(String[] arguments) {
        // Whoever reads what is printed, a person or a script, finds the same digits and points in every country.
        Locale.setDefault(Locale.ROOT);
        if (arguments.length > 0 && CLIENTS.contains(arguments[0])) {
            // The commands report failed calls themselves.
            GRPC_LOG.setLevel(Level.OFF);
        }
        System.exit(execute(arguments));
    }

    private static int execute(String[] arguments) {
        if (arguments.length == 0 || !COMPUTING.contains(arguments[0])) {
            return commandLine().execute(arguments);
        }
        return Interruption.interruptible(() -> commandLine().execute(arguments));
    }

    /** Returns the command line with all commands. */
    public static CommandLine commandLine() {
        CommandLine main = new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(HELP_COLUMNS)
                .setParameterExceptionHandler(new WrongUsage())
                .setExecutionExceptionHandler(Main::report);
        Numbers.readBy(main);
        tellVersion(main);
        main.getSubcommands().forEach((name, command) -> {
            if (CLIENTS.contains(name) || COMPUTING.contains(name)) {
                command.getCommandSpec()
                        .usageMessage()
                        .exitCodeListHeading("%nExit status:%n")
                        .exitCodeList(exitCodes(COMPUTING.contains(name)));
            }
            if (SERVICES.contains(name)) {
                command.setUnmatchedOptionsArePositionalParams(true);
            }
        });
        return main;
    }

    private static void tellVersion(CommandLine command) {
        command.getCommandSpec().versionProvider(new Version());
        command.getSubcommands().values().forEach(Main::tellVersion);
    }

    /** The one version of all commands. */
    private static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"speckv " + BuildVersion.current()};
        }
    }

    private static Map<String, String> exitCodes(boolean haltsAtSignal) {
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitStatus status : ExitStatus.values()) {
            if (haltsAtSignal || status != ExitStatus.STOPPED) {
                codes.put(String.valueOf(status.number()), status.meaning());
            }
        }
        return codes;
    }

    private static int report(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        ExitStatus status = statusOf(failure);
        if (status != ExitStatus.FAILED || failure instanceof IOException || failure instanceof RouterException) {
            command.getErr().println("speckv: " + messageOf(failure, command.getParseResult()));
        } else {
            command.getErr().println("speckv: this is a defect of speckv, please report it:");
            failure.printStackTrace(command.getErr());
        }
        return status.number();
    }

    private static String messageOf(Exception failure, CommandLine.ParseResult given) {
        if (failure instanceof RouterException call) {
            return FieldOptions.told(call, given);
        }
        if (failure instanceof NoSuchFileException) {
            return "there is no file " + failure.getMessage();
        }
        return failure instanceof AccessDeniedException
                ? failure.getMessage() + " may not be read or written"
                : String.valueOf(failure.getMessage());
    }

    private static ExitStatus statusOf(Exception failure) {
        if (failure instanceof RouterException call) {
            return call.exitStatus();
        }
        boolean input = failure instanceof EngineException
                || failure instanceof InvalidSettingException
                || failure instanceof JsonLineException
                || failure instanceof SettingsException
                || failure instanceof TextException
                || failure instanceof WrongInputException
                || failure instanceof NoSuchFileException;
        return input ? ExitStatus.WRONG_INPUT : ExitStatus.FAILED;
    }

    @Override
    public Integer call() {
        CommandLine.usage(this, System.err);
        return ExitStatus.WRONG_INPUT.number();
    }
}
