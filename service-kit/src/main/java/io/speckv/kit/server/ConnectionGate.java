package io.speckv.kit.server;

import io.grpc.ServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.util.AsciiString;

/**
 * Closes a connection at once, before any byte of it is read, if no file descriptor is left for it. Of others it tells why they
 * cannot begin.
 */
final class ConnectionGate implements InternalProtocolNegotiator.ProtocolNegotiator {
    private static final String HTTPS = "https";

    private final InternalProtocolNegotiator.ProtocolNegotiator behind;
    private final FreeDescriptors descriptors;
    private final HandshakeLog log = new HandshakeLog();

    private ConnectionGate(InternalProtocolNegotiator.ProtocolNegotiator behind, FreeDescriptors descriptors) {
        this.behind = behind;
        this.descriptors = descriptors;
    }

    /** Returns credentials that apply {@code credentials} to connections that may stay. */
    static ServerCredentials before(ServerCredentials credentials, FreeDescriptors descriptors) {
        InternalProtocolNegotiator.ServerFactory factory = InternalNettyServerCredentials.toNegotiator(credentials);
        InternalProtocolNegotiator.ServerFactory gated =
                executors -> new ConnectionGate(factory.newNegotiator(executors), descriptors);
        return InternalNettyServerCredentials.create(gated);
    }

    @Override
    public AsciiString scheme() {
        return behind.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler connection) {
        return descriptors.mayStay()
                ? new HandshakeWatch(
                        behind.newHandler(connection), scheme().toString().equals(HTTPS), log)
                : new Closing();
    }

    @Override
    public void close() {
        behind.close();
    }

    private static final class Closing extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            var unused = context.close();
        }
    }
}
