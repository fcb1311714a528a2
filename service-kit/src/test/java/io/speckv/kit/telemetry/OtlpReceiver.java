package io.speckv.kit.telemetry;

import com.google.protobuf.Empty;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Takes OTLP trace exports as raw bytes; names of spans and attributes can be found in them as text. */
final class OtlpReceiver implements BindableService {
    final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    /** For any export: the message keeps the fields that it does not know. */
    private static final MethodDescriptor.Marshaller<Empty> ANY = ProtoUtils.marshaller(Empty.getDefaultInstance());

    @Override
    public ServerServiceDefinition bindService() {
        String service = "opentelemetry.proto.collector.trace.v1.TraceService";
        MethodDescriptor<Empty, Empty> export = MethodDescriptor.newBuilder(ANY, ANY)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, "Export"))
                .build();
        return ServerServiceDefinition.builder(service)
                .addMethod(export, ServerCalls.asyncUnaryCall((request, observer) -> {
                    received.add(new String(request.toByteArray(), StandardCharsets.ISO_8859_1));
                    observer.onNext(Empty.getDefaultInstance());
                    observer.onCompleted();
                }))
                .build();
    }
}
