package io.speckv.deploy;

import com.google.protobuf.Empty;
import io.grpc.HandlerRegistry;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A process that takes what OTLP exporters send and prints each export of spans as a line in Base64: a collector for
 * places that have no collector's image. It runs in a container of the router's image, whose gRPC it uses.
 */
final class TraceReceiver extends HandlerRegistry {
    static final int PORT = 4317;
    static final String READY = "receiving";
    static final String SPANS = "spans ";

    /** For any export: the message keeps the fields that it does not know. */
    private static final MethodDescriptor.Marshaller<Empty> ANY = ProtoUtils.marshaller(Empty.getDefaultInstance());

    private TraceReceiver() {}

    public static void main(String[] arguments) throws Exception {
        var server = NettyServerBuilder.forPort(PORT)
                .fallbackHandlerRegistry(new TraceReceiver())
                .build()
                .start();
        System.out.println(READY);
        server.awaitTermination();
    }

    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String method, @Nullable String authority) {
        MethodDescriptor<Empty, Empty> export = MethodDescriptor.newBuilder(ANY, ANY)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(method)
                .build();
        return ServerMethodDefinition.create(export, ServerCalls.asyncUnaryCall((request, observer) -> {
            if (method.contains("TraceService")) {
                System.out.println(SPANS + Base64.getEncoder().encodeToString(request.toByteArray()));
            }
            observer.onNext(Empty.getDefaultInstance());
            observer.onCompleted();
        }));
    }
}
