package io.speckv.cli.eval;

import picocli.CommandLine.Command;

/** The evaluations: what each method loses and what it saves. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = "Measure what each method loses, and what it saves.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            EvalRulerCommand.class,
            EvalLongBenchCommand.class,
            EvalFileCommand.class,
            EvalChatsCommand.class,
            EvalFidelityCommand.class,
            EvalImportanceCommand.class,
            EvalPrecisionCommand.class
        })
public final class EvalCommand {}
