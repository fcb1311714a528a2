package io.speckv.kit.server;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.settings.SettingsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets only calls with an accepted bearer token pass. Health checks need no token. Tokens come from a file, one per line,
 * and are compared by digest in constant time. {@link #reload} reads a changed file.
 */
final class BearerTokens implements ServerInterceptor, TokenCheck {
    static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Logger LOG = LoggerFactory.getLogger(BearerTokens.class);
    static final String SCHEME = "Bearer ";
    private static final int LENGTH_LEAST = 16;

    private final Path file;
    private volatile List<byte[]> digests;

    BearerTokens(Path file) {
        this.file = file;
        try {
            this.digests = read();
        } catch (IOException e) {
            throw new SettingsException("cannot use tokens-file " + file + ": " + e.getMessage(), e);
        }
    }

    /** Reads the file again if it has changed. Never throws: an unusable file is logged, and the old tokens stay. */
    void reload() {
        try {
            digests = read();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("cause", e.getMessage()).log("changed tokens file not used, the old tokens stay");
        }
    }

    private List<String> lines() throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        }
    }

    private List<byte[]> read() throws IOException {
        List<String> lines = lines();
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String token = lines.get(i).strip();
            if (token.isEmpty() || token.startsWith("#")) {
                continue;
            }
            if (token.length() < LENGTH_LEAST) {
                throw new IOException(
                        "the token in line " + (i + 1) + " is shorter than " + LENGTH_LEAST + " characters");
            }
            tokens.add(token);
        }
        if (tokens.isEmpty()) {
            throw new IOException("it holds no token");
        }
        return tokens.stream().map(BearerTokens::digest).toList();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (HealthGrpc.SERVICE_NAME.equals(call.getMethodDescriptor().getServiceName())) {
            return next.startCall(call, headers);
        }
        return refusal(headers)
                .<ServerCall.Listener<Q>>map(refusal -> refuse(call, refusal))
                .orElseGet(() -> next.startCall(call, headers));
    }

    @Override
    public Optional<RequestException> refusal(Metadata headers) {
        Optional<String> token = shownIn(headers);
        if (token.isEmpty()) {
            return Optional.of(
                    RequestException.of(FailureCode.TOKEN_MISSING, "the call needs an 'authorization: Bearer' header"));
        }
        return accepts(token.get())
                ? Optional.empty()
                : Optional.of(RequestException.of(FailureCode.TOKEN_REJECTED, "the bearer token is not accepted"));
    }

    /** Returns the token of a call, whether it is accepted or not. */
    static Optional<String> shownIn(Metadata headers) {
        String header = headers.get(AUTHORIZATION);
        return header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? Optional.empty()
                : Optional.of(header.substring(SCHEME.length()).strip());
    }

    /** Compares with every accepted token, so that the time does not reveal which of them came close. */
    private boolean accepts(String token) {
        byte[] given = digest(token);
        boolean accepted = false;
        for (byte[] known : digests) {
            accepted |= MessageDigest.isEqual(known, given);
        }
        return accepted;
    }

    private static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, RequestException refusal) {
        StatusRuntimeException status = Failures.encode(refusal);
        Metadata trailers = status.getTrailers();
        call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
        return new ServerCall.Listener<>() {};
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
