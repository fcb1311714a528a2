package io.speckv.kit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.stub.ClientCalls;
import io.speckv.kit.RawMessages;
import io.speckv.kit.failure.RemoteFailure;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One gRPC service that is sent random messages and random bytes. Each call must end well, or with a documented status that
 * carries an ErrorInfo; INTERNAL and UNKNOWN are none.
 */
public final class FuzzedService {
    private static final Set<Status.Code> DOCUMENTED = EnumSet.of(
            Status.Code.INVALID_ARGUMENT,
            Status.Code.NOT_FOUND,
            Status.Code.FAILED_PRECONDITION,
            Status.Code.RESOURCE_EXHAUSTED,
            Status.Code.UNAVAILABLE,
            Status.Code.DEADLINE_EXCEEDED);
    private static final int DEADLINE_SECONDS = 30;

    private final Channel channel;
    private final List<MethodDescriptor<?, ?>> methods;
    private final Random random;
    private final RandomMessage messages;
    private final String seed;
    private int sent;

    public FuzzedService(Channel channel, ServiceDescriptor service, long seed) {
        this.channel = channel;
        this.methods = List.copyOf(service.getMethods());
        this.random = new Random(seed);
        this.messages = new RandomMessage(random);
        this.seed = service.getName() + ", seed " + seed;
    }

    /** Sends a message of the right type to one of the methods. */
    public void sendMessage() {
        MethodDescriptor<?, ?> method = methods.get(random.nextInt(methods.size()));
        Message message = messages.of(requestOf(method));
        send(method, message.toByteArray(), "%s, call %d: %s".formatted(seed, sent, message));
    }

    /** Sends bytes that are hardly ever a message to one of the methods. */
    public void sendBytes() {
        byte[] bytes = new byte[random.nextInt(60)];
        random.nextBytes(bytes);
        send(methods.get(random.nextInt(methods.size())), bytes, "%s, call %d".formatted(seed, sent));
    }

    private static Descriptor requestOf(MethodDescriptor<?, ?> method) {
        return ((ProtoMethodDescriptorSupplier) Objects.requireNonNull(method.getSchemaDescriptor()))
                .getMethodDescriptor()
                .getInputType();
    }

    /** Sends one message, whatever the method's kind, and reads what comes to its end. */
    private void send(MethodDescriptor<?, ?> method, byte[] message, String what) {
        sent++;
        MethodDescriptor<byte[], byte[]> raw = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                .setFullMethodName(method.getFullMethodName())
                .setRequestMarshaller(RawMessages.MARSHALLER)
                .setResponseMarshaller(RawMessages.MARSHALLER)
                .build();
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
        try {
            ClientCalls.blockingServerStreamingCall(channel, raw, options, message)
                    .forEachRemaining(answer -> {});
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode())
                    .as("%s, %s", what, e.getStatus())
                    .isIn(DOCUMENTED);
            assertThat(RemoteFailure.of(e)).as("%s, %s", what, e.getStatus()).isPresent();
        }
    }
}
