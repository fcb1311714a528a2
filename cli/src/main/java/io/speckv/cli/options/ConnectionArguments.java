package io.speckv.cli.options;

import io.speckv.cli.client.RouterClient;
import io.speckv.kit.server.ChannelSettings;
import io.speckv.kit.server.TlsSettings;
import io.speckv.kit.settings.ByteSize;
import io.speckv.kit.settings.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the connection to a router, and of the model to ask. */
public final class ConnectionArguments {
    private static final Duration RELOAD = Duration.ofMinutes(1);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(60);
    private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(20);

    @Option(names = "--model", paramLabel = "NAME", description = "target model (the router's default)")
    @Nullable
    String model;

    @Option(names = "--tls", description = "TLS, trusting the system's authorities")
    boolean tls;

    @Option(
            names = "--tls-ca",
            converter = OptionPaths.InputFile.class,
            paramLabel = "FILE",
            description = "TLS, trusting the authorities of this PEM file")
    @Nullable
    Path authorities;

    @Option(
            names = "--cert",
            converter = OptionPaths.InputFile.class,
            paramLabel = "FILE",
            description = "own certificate (PEM), for mutual TLS")
    @Nullable
    Path certificate;

    @Option(
            names = "--key",
            converter = OptionPaths.InputFile.class,
            paramLabel = "FILE",
            description = "its key (PEM, PKCS#8)")
    @Nullable
    Path key;

    @Option(
            names = "--token-file",
            converter = OptionPaths.InputFile.class,
            paramLabel = "FILE",
            description = "file with the bearer token")
    @Nullable
    Path tokenFile;

    @Option(names = "--allow-plaintext", description = "no TLS, even to a router off this machine")
    boolean allowPlaintext;

    @Option(
            names = "--timeout",
            converter = Numbers.LongAtLeastOne.class,
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "time limit of a call (${DEFAULT-VALUE})")
    long timeoutSeconds = 600;

    /** Returns the names of these options. */
    public static List<String> names() {
        return GivenOptions.names(new ConnectionArguments());
    }

    /** Returns the name of the requested model; empty for the router's default. */
    public String model() {
        return model == null ? "" : model;
    }

    public RouterClient open(String address) {
        RouterAddress.require(address);
        if ((certificate == null) != (key == null)) {
            throw new WrongInputException("--cert and --key go together");
        }
        boolean secure = tls || authorities != null || certificate != null;
        try {
            return RouterClient.open(
                    new ChannelSettings(
                            address,
                            allowPlaintext,
                            new TlsSettings(secure, certificate, key, authorities, RELOAD),
                            tokenFile,
                            ByteSize.parse("64MiB"),
                            KEEP_ALIVE,
                            KEEP_ALIVE_TIMEOUT),
                    Duration.ofSeconds(timeoutSeconds));
        } catch (IllegalArgumentException e) {
            throw new WrongInputException(String.valueOf(e.getMessage()), e);
        } catch (SettingsException e) {
            throw new WrongInputException(e.getMessage() + ", of" + given(), e);
        }
    }

    /** Returns the given files, each after its option. */
    private String given() {
        StringBuilder files = new StringBuilder();
        Map<String, Path> options = new LinkedHashMap<>();
        if (authorities != null) {
            options.put("--tls-ca", authorities);
        }
        if (certificate != null && key != null) {
            options.put("--cert", certificate);
            options.put("--key", key);
        }
        options.forEach(
                (option, file) -> files.append(' ').append(option).append(' ').append(file));
        return files.toString();
    }
}
