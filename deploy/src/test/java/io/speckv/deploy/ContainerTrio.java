package io.speckv.deploy;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerNetwork;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.InferenceServiceGrpc.InferenceServiceBlockingStub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.lifecycle.Startables;

/** Draft, target, router and a trace receiver as containers on one network, with the Compose file's settings. */
final class ContainerTrio implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(4);
    private static final long CALL_SECONDS = 120;

    private final Network network = Network.newNetwork();
    private final Map<Service, GenericContainer<?>> services = new EnumMap<>(Service.class);
    private final GenericContainer<?> receiver;
    private final ManagedChannel channel;

    private ContainerTrio() {
        receiver = image(Service.ROUTER)
                .withNetwork(network)
                .withNetworkAliases("collector")
                .withFileSystemBind(
                        Home.FOLDER.resolve("deploy/target/test-classes").toString(), "/receiver", BindMode.READ_ONLY)
                .withCreateContainerCmdModifier(command -> command.withEntrypoint("java"))
                .withCommand("-cp", "/opt/speckv/lib/*:/receiver", TraceReceiver.class.getName())
                .waitingFor(Wait.forLogMessage(TraceReceiver.READY + "\\n", 1).withStartupTimeout(START));
        for (Service service : Service.TRIO) {
            services.put(service, container(service));
        }
        // Dead peers are found after keep-alive + timeout; 60 s + 20 s by default.
        of(Service.ROUTER)
                .withEnv("SPECKV_TARGET__CHANNEL__KEEP_ALIVE", "21s")
                .withEnv("SPECKV_TARGET__CHANNEL__KEEP_ALIVE_TIMEOUT", "3s");
        receiver.start();
        Startables.deepStart(services.values()).join();
        channel = NettyChannelBuilder.forAddress(
                        of(Service.ROUTER).getHost(), of(Service.ROUTER).getMappedPort(Service.ROUTER.port()))
                .usePlaintext()
                .build();
    }

    /** Loads the images, starts everything and returns when the services serve. */
    static ContainerTrio start(Path folder) throws Exception {
        LoadedImages.load(folder);
        return new ContainerTrio();
    }

    private GenericContainer<?> container(Service service) {
        // The router reads the target's tokenizer.
        String model = service == Service.ROUTER ? "target" : service.label();
        return image(service)
                .withNetwork(network)
                .withNetworkAliases(service.label())
                .withEnv("SPECKV_TELEMETRY__OTLP_ENDPOINT", "http://collector:4317")
                .withFileSystemBind(
                        Home.COMPOSE
                                .resolve("config/" + service.label() + ".yaml")
                                .toString(),
                        "/etc/speckv/settings.yaml",
                        BindMode.READ_ONLY)
                .withFileSystemBind(
                        Home.FOLDER.resolve("models/speckv-tiny-" + model).toString(),
                        "/models/" + model,
                        BindMode.READ_ONLY)
                .withTmpFs(Map.of("/tmp", "rw,exec,mode=1777,size=2g"))
                .withCreateContainerCmdModifier(command -> requireNonNull(command.getHostConfig())
                        .withReadonlyRootfs(true)
                        .withCapDrop(Capability.ALL)
                        .withSecurityOpts(List.of("no-new-privileges")))
                .withExposedPorts(service.port())
                .waitingFor(Wait.forLogMessage(".* serving .*\\n", 1).withStartupTimeout(START));
    }

    private static GenericContainer<?> image(Service service) {
        return new GenericContainer<>(LoadedImages.name(service)).withImagePullPolicy(loaded -> false);
    }

    GenericContainer<?> of(Service service) {
        return requireNonNull(services.get(service));
    }

    /** Returns the router's address, as clients outside the network see it. */
    String router() {
        GenericContainer<?> router = of(Service.ROUTER);
        return router.getHost() + ":" + router.getMappedPort(Service.ROUTER.port());
    }

    InferenceServiceBlockingStub calls() {
        return InferenceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    void kill(Service service) {
        LoadedImages.engine().killContainerCmd(of(service).getContainerId()).exec();
    }

    void startAgain(Service service) {
        LoadedImages.engine().startContainerCmd(of(service).getContainerId()).exec();
    }

    /** Stops a service as an orchestrator does, SIGTERM first, and starts it again. */
    void restart(Service service) {
        LoadedImages.engine()
                .restartContainerCmd(of(service).getContainerId())
                .withTimeout(45)
                .exec();
    }

    void disconnect(Service service) {
        LoadedImages.engine()
                .disconnectFromNetworkCmd()
                .withNetworkId(network.getId())
                .withContainerId(of(service).getContainerId())
                .exec();
    }

    void connect(Service service) {
        LoadedImages.engine()
                .connectToNetworkCmd()
                .withNetworkId(network.getId())
                .withContainerId(of(service).getContainerId())
                .withContainerNetwork(new ContainerNetwork().withAliases(service.label()))
                .exec();
    }

    /** Returns what the trace receiver has printed. */
    String received() {
        return receiver.getLogs();
    }

    /** Waits until a request is answered with the method that it asks for. */
    void awaitAnswer(GenerateRequest request) throws InterruptedException {
        Answers.await(START, () -> Answers.missing(this, request));
    }

    @Override
    public void close() {
        channel.shutdownNow();
        services.values().forEach(GenericContainer::stop);
        receiver.stop();
        network.close();
    }
}
