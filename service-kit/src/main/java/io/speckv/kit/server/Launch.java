package io.speckv.kit.server;

import io.speckv.kit.failure.Deadly;
import io.speckv.kit.settings.LoadedSettings;
import io.speckv.kit.settings.SettingsException;
import io.speckv.kit.settings.SettingsLoader;
import io.speckv.kit.settings.SettingsSource;
import io.speckv.kit.telemetry.MetricsPortException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's command line: {@code --config=FILE} names a settings file, {@code --print-config} prints the effective
 * settings and ends, {@code --key=value} sets one key.
 */
public final class Launch {
    private static final Logger LOG = LoggerFactory.getLogger(Launch.class);
    private static final String CONFIG = "--config=";
    private static final String PRINT = "--print-config";

    private Launch() {}

    /** Starts a service that stops when the returned process stops. */
    @FunctionalInterface
    public interface Starter<T> {
        /**
         * Returns the running process.
         *
         * @throws IOException if the address cannot be listened on
         */
        GrpcProcess start(T settings) throws IOException;
    }

    /** Starts a service that applies changed settings while it runs. */
    @FunctionalInterface
    public interface ReloadingStarter<T> {
        /**
         * Returns the running process.
         *
         * @param source the layers that the settings come from
         * @throws IOException if the address cannot be listened on
         */
        GrpcProcess start(T settings, SettingsSource<T> source) throws IOException;
    }

    /** Runs a service that keeps its first settings; otherwise as the other {@code run}. */
    public static <T> ExitCode run(
            List<String> arguments,
            Map<String, String> environment,
            SettingsLoader<T> loader,
            Starter<T> starter,
            PrintStream out,
            PrintStream err)
            throws InterruptedException {
        return run(arguments, environment, loader, (settings, source) -> starter.start(settings), out, err);
    }

    /** Runs a service until its process is stopped; returns earlier only after an error or after printing. */
    public static <T> ExitCode run(
            List<String> arguments,
            Map<String, String> environment,
            SettingsLoader<T> loader,
            ReloadingStarter<T> starter,
            PrintStream out,
            PrintStream err)
            throws InterruptedException {
        // Logs and metrics have the same digits and points in every country.
        Locale.setDefault(Locale.ROOT);
        NameCache.bound();
        Deadly.endProcessOnUncaught();
        SettingsSource<T> source;
        LoadedSettings<T> settings;
        try {
            source = source(arguments, environment, loader);
            settings = source.load();
        } catch (SettingsException e) {
            err.println(e.getMessage());
            return ExitCode.BAD_SETTINGS;
        }
        if (arguments.contains(PRINT)) {
            out.print(settings.print());
            return ExitCode.CLEAN;
        }
        HaltAtSignal whileLoading = HaltAtSignal.armed(ExitCode.CLEAN::number);
        try (GrpcProcess process = starter.start(settings.value(), source)) {
            process.stopAtSignal();
            whileLoading.disarm();
            process.awaitSignal();
            return process.stop();
        } catch (IOException | MetricsPortException e) {
            err.println(e.getMessage());
            return ExitCode.CANNOT_LISTEN;
        } catch (SettingsException e) {
            err.println(e.getMessage());
            return ExitCode.BAD_SETTINGS;
        } catch (RuntimeException e) {
            // Its own message alone says what is wrong with a model or a tokenizer: no module below knows their
            // exceptions.
            err.println(e.getMessage() == null ? e.toString() : e.getMessage());
            LOG.error("the service failed", e);
            return ExitCode.FAILED;
        } finally {
            whileLoading.disarm();
        }
    }

    private static <T> SettingsSource<T> source(
            List<String> arguments, Map<String, String> environment, SettingsLoader<T> loader) {
        @Nullable Path file = null;
        List<String> flags = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.equals(CONFIG)) {
                throw new SettingsException(CONFIG + " names no settings file, write --config=FILE");
            } else if (argument.startsWith(CONFIG)) {
                file = Path.of(argument.substring(CONFIG.length()));
            } else if (!argument.equals(PRINT)) {
                flags.add(argument);
            }
        }
        return new SettingsSource<>(loader, file, environment, flags);
    }
}
