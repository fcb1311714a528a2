package io.speckv.kit.telemetry;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Takes OTLP trace exports as raw bytes; names of spans and attributes can be found in them as text. */
final class OtlpReceiver implements BindableService {
    final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    @Override
    public ServerServiceDefinition bindService() {
        String service = "opentelemetry.proto.collector.trace.v1.TraceService";
        MethodDescriptor<byte[], byte[]> export = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, "Export"))
                .setRequestMarshaller(BYTES)
                .setResponseMarshaller(BYTES)
                .build();
        return ServerServiceDefinition.builder(service)
                .addMethod(export, ServerCalls.asyncUnaryCall((request, observer) -> {
                    received.add(new String(request, StandardCharsets.ISO_8859_1));
                    observer.onNext(new byte[0]);
                    observer.onCompleted();
                }))
                .build();
    }
}
