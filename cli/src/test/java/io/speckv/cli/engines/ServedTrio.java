package io.speckv.cli.engines;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.proto.v1.GenerateOnceRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.trio.ServiceTrio;
import io.speckv.trio.TargetModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The three services, and a client. */
record ServedTrio(ServiceTrio trio, ManagedChannel channel) implements AutoCloseable {
    private static final Path DRAFT = RealEngine.ROOT.resolve("models/speckv-tiny-draft");
    private static final Duration TO_LOAD = Duration.ofMinutes(10);

    static ServedTrio by(TargetModel model, List<String> targetFlags, String... routerFlags)
            throws IOException, InterruptedException {
        List<String> quiet = new ArrayList<>(List.of("--server.port=0", "--http.port=0", "--telemetry.log-level=WARN"));
        quiet.addAll(List.of(routerFlags));
        List<String> draft = List.of("--server.port=0", "--telemetry.log-level=WARN", "--model.dtype=fp32");
        ServiceTrio trio = ServiceTrio.start(new ServiceTrio.Plan(DRAFT, model, draft, targetFlags, quiet));
        trio.awaitPair(TO_LOAD);
        return new ServedTrio(
                trio,
                NettyChannelBuilder.forAddress("localhost", trio.routerPort())
                        .usePlaintext()
                        .build());
    }

    String openAi() {
        return "http://127.0.0.1:" + trio.httpPort() + "/v1";
    }

    String router() {
        return "localhost:" + trio.routerPort();
    }

    InferenceServiceGrpc.InferenceServiceBlockingStub client() {
        return InferenceServiceGrpc.newBlockingStub(channel).withWaitForReady();
    }

    GenerateOnceResponse once(GenerateRequest.Builder request) {
        return client().generateOnce(
                        GenerateOnceRequest.newBuilder().setRequest(request).build());
    }

    @Override
    public void close() {
        channel.shutdownNow();
        trio.close();
    }
}
