package io.speckv.deploy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.TarImage;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.DraftServiceDescribeRequest;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.TargetServiceDescribeRequest;
import io.speckv.proto.v1.TargetServiceGrpc;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.junit.jupiter.Testcontainers;

/** The images as containers. Skipped where no engine answers; {@code deploy/containers/test} runs it under podman. */
@Testcontainers(disabledWithoutDocker = true)
class ContainersTest {
    private static final Duration START = Duration.ofMinutes(4);
    private static final String VERSION = "0.1.0-SNAPSHOT";

    private static GenericContainer<?> container(Service service, Path folder) throws Exception {
        String base = System.getenv("SPECKV_BASE_IMAGE");
        assumeThat(base).as("SPECKV_BASE_IMAGE, a JRE's image in the engine").isNotNull();
        String name = "localhost/speckv-test/" + service.label() + ":" + VERSION;
        Path from = save(base, folder.resolve("base.tar"));
        Path tar = folder.resolve(service.label() + ".tar");
        var unused = new ServiceImage(Home.FOLDER, service, Variant.CPU, VERSION)
                .on("tar://" + from)
                .containerize(Containerizer.to(TarImage.at(tar).named(name)));
        try (InputStream image = Files.newInputStream(tar)) {
            DockerClientFactory.lazyClient().loadImageCmd(image).exec();
        }
        String model =
                Home.FOLDER.resolve("models/speckv-tiny-" + service.label()).toString();
        return new GenericContainer<>(name)
                .withFileSystemBind(
                        Home.COMPOSE
                                .resolve("config/" + service.label() + ".yaml")
                                .toString(),
                        "/etc/speckv/settings.yaml",
                        BindMode.READ_ONLY)
                .withFileSystemBind(model, "/models/" + service.label(), BindMode.READ_ONLY)
                .withTmpFs(Map.of("/tmp", "rw,exec,mode=1777"))
                .withCreateContainerCmdModifier(
                        command -> requireNonNull(command.getHostConfig()).withReadonlyRootfs(true))
                .withExposedPorts(service.port())
                .waitingFor(Wait.forLogMessage(".* serving .*\\n", 1).withStartupTimeout(START));
    }

    private static Path save(String image, Path file) throws Exception {
        try (InputStream saved =
                DockerClientFactory.lazyClient().saveImageCmd(image).exec()) {
            Files.copy(saved, file);
        }
        return file;
    }

    private static ManagedChannel channel(GenericContainer<?> container, Service service) {
        return NettyChannelBuilder.forAddress(container.getHost(), container.getMappedPort(service.port()))
                .usePlaintext()
                .build();
    }

    @Test
    void servesATargetWithoutRootOnAReadOnlyFileSystem(@TempDir Path folder) throws Exception {
        try (GenericContainer<?> container = container(Service.TARGET, folder)) {
            container.start();
            ManagedChannel channel = channel(container, Service.TARGET);
            try {
                var described = TargetServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                        .describe(TargetServiceDescribeRequest.getDefaultInstance());

                assertThat(described.getModel().getName()).isEqualTo("target");
                assertThat(container.execInContainer("id", "-u").getStdout().strip())
                        .isEqualTo("10001");
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @Test
    void tellsCallersOfADraftThatIsKilledWhileItReads(@TempDir Path folder) throws Exception {
        try (GenericContainer<?> container = container(Service.DRAFT, folder)) {
            container.start();
            ManagedChannel channel = channel(container, Service.DRAFT);
            try {
                var draft = DraftServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
                assertThat(draft.describe(DraftServiceDescribeRequest.getDefaultInstance())
                                .hasModel())
                        .isTrue();
                AnalyseRequest request = AnalyseRequest.newBuilder()
                        .setText("many words ".repeat(1000))
                        .setLookaheadTokens(64)
                        .build();
                Iterator<AnalyseResponse> answer = draft.analyse(request);
                assertThat(answer.next().hasPrompt()).isTrue();
                DockerClientFactory.lazyClient()
                        .killContainerCmd(container.getContainerId())
                        .exec();

                assertThatThrownBy(() -> answer.forEachRemaining(message -> {}))
                        .isInstanceOfSatisfying(
                                StatusRuntimeException.class,
                                e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
            } finally {
                channel.shutdownNow();
            }
        }
    }
}
