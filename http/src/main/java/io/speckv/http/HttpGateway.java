package io.speckv.http;

import io.grpc.Channel;
import io.speckv.http.connection.Callers;
import io.speckv.http.connection.Exchange;
import io.speckv.http.connection.HttpSettings;
import io.speckv.http.connection.MalformedHttp;
import io.speckv.http.connection.Places;
import io.speckv.http.connection.Unexpected;
import io.speckv.http.json.ApiError;
import io.speckv.kit.server.FreeDescriptors;
import io.speckv.kit.server.TlsSettings;
import io.speckv.kit.server.TokenCheck;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running HTTP server in front of an InferenceService: OpenAI's API, health, and the web page. One event loop moves bytes;
 * nothing on it waits. {@link #close} refuses new requests with 503, lets running ones end within the drain time, and then cuts
 * the rest.
 */
public final class HttpGateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpGateway.class);
    private static final int WORKERS = 4;

    private final HttpSettings settings;
    private final Vertx vertx;
    private final HttpServer server;
    private final Routes routes;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final Places places;
    private final Callers callers;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    private HttpGateway(HttpSettings settings, Channel channel, Optional<TokenCheck> tokens) {
        this.settings = settings;
        this.places = new Places(settings.maxRequests());
        this.callers = new Callers(settings, tokens.isPresent());
        this.routes = new Routes(new Endpoints(channel, settings, places, tokens, Clock.systemUTC()));
        // The file system may be read-only: the server reads only TLS files and writes nothing.
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(WORKERS)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        vertx.exceptionHandler(Unexpected::logged);
        HttpServerOptions options =
                new HttpServerOptions().setHost(settings.address()).setPort(settings.port());
        if (settings.tls().enabled()) {
            ServerSSLOptions tls = sslOptions(settings.tls());
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setKeyCertOptions(tls.getKeyCertOptions())
                    .setTrustOptions(tls.getTrustOptions())
                    .setClientAuth(tls.getClientAuth());
        }
        this.server = vertx.createHttpServer(options);
    }

    /**
     * Starts listening.
     *
     * @param channel to an InferenceService; bearer tokens of HTTP requests are passed on to it; not closed with this
     * @param tokens the check of bearer tokens, if there is one; the body of a request that fails it is not read
     * @throws IOException if the address cannot be listened on or a TLS file cannot be used
     */
    public static HttpGateway start(HttpSettings settings, Channel channel, Optional<TokenCheck> tokens)
            throws IOException {
        HttpGateway gateway = new HttpGateway(settings, channel, tokens);
        try {
            FreeDescriptors descriptors = FreeDescriptors.ofProcess();
            gateway.server
                    .connectionHandler(connection -> {
                        if (!descriptors.mayStay()) {
                            var unused = connection.close();
                        }
                    })
                    .requestHandler(gateway::take)
                    .invalidRequestHandler(gateway::refuse)
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            gateway.vertx.close();
            throw new IOException(
                    "cannot listen for HTTP on %s:%d: %s".formatted(settings.address(), settings.port(), e.getCause()),
                    e);
        }
        if (settings.tls().enabled()) {
            gateway.vertx.setPeriodic(settings.tls().reloadEvery().toMillis(), timer -> gateway.reload());
        }
        LOG.atInfo()
                .addKeyValue("address", settings.address())
                .addKeyValue("port", gateway.port())
                .log("listening for HTTP");
        return gateway;
    }

    private static ServerSSLOptions sslOptions(TlsSettings tls) {
        ServerSSLOptions options = new ServerSSLOptions();
        options.setKeyCertOptions(new PemKeyCertOptions()
                .setCertPath(String.valueOf(tls.certificate()))
                .setKeyPath(String.valueOf(tls.privateKey())));
        options.setApplicationLayerProtocols(List.of("h2", "http/1.1"));
        if (tls.trustedCertificates() != null) {
            options.setClientAuth(ClientAuth.REQUIRED)
                    .setTrustOptions(new PemTrustOptions()
                            .addCertPath(tls.trustedCertificates().toString()));
        }
        return options;
    }

    private void reload() {
        server.updateSSLOptions(sslOptions(settings.tls()))
                .onFailure(thrown -> LOG.atWarn()
                        .addKeyValue("cause", thrown.toString())
                        .log("changed tls files not used, the old ones stay"));
    }

    /** Returns the port, also when any free one was asked for. */
    public int port() {
        return server.actualPort();
    }

    private void take(HttpServerRequest request) {
        running.incrementAndGet();
        Exchange exchange = new Exchange(request, vertx.getOrCreateContext());
        exchange.onOver(() -> {
            if (running.decrementAndGet() == 0 && draining.get()) {
                drained.complete(null);
            }
        });
        try {
            routes.prepare(exchange);
            callers.requireName(request);
            if (!callers.answersPreflight(exchange)) {
                routes.handle(exchange);
            }
        } catch (ApiError.RefusedException e) {
            exchange.error(e.error());
        } catch (RuntimeException e) {
            exchange.error(Unexpected.logged(e));
        }
    }

    /** Answers bytes that are not HTTP. Nothing more can be read on this connection. */
    private void refuse(HttpServerRequest request) {
        Exchange exchange = new Exchange(request, vertx.getOrCreateContext());
        exchange.closeWhenAnswered();
        exchange.error(MalformedHttp.error(request.decoderResult().cause()));
    }

    @Override
    public void close() {
        draining.set(true);
        places.drain();
        try {
            if (running.get() > 0) {
                drained.get(settings.drain().toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException e) {
            LOG.atWarn().addKeyValue("requests", running.get()).log("cutting HTTP requests that did not end in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new AssertionError("draining cannot fail", e);
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
