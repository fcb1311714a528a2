package io.speckv.kit.server;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;

/**
 * Sees why one connection cannot begin. gRPC itself closes such a connection and says nothing. It stands behind the handler
 * that negotiates, which reports failures to the next one.
 */
final class HandshakeWatch extends ChannelInboundHandlerAdapter {
    private final ChannelHandler negotiating;
    private final boolean tls;
    private final HandshakeLog log;
    private boolean told;

    /**
     * @param negotiating gRPC's own handler of the connection's beginning
     * @param tls whether this server speaks TLS
     */
    HandshakeWatch(ChannelHandler negotiating, boolean tls, HandshakeLog log) {
        this.negotiating = negotiating;
        this.tls = tls;
        this.log = log;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (!tls) {
            context.pipeline().addFirst(new FirstBytes(log));
        }
        context.pipeline().addBefore(context.name(), null, negotiating);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // One failure can arrive twice: from the bytes that were read, and as the end of the handshake.
        if (tls && !told && !hasBegun(context)) {
            told = true;
            log.failed(PeerAddress.text(context.channel().remoteAddress()), cause);
        }
        context.fireExceptionCaught(cause);
    }

    private static boolean hasBegun(ChannelHandlerContext context) {
        SslHandler handler = context.pipeline().get(SslHandler.class);
        return handler != null && handler.handshakeFuture().isSuccess();
    }

    /** Recognises a client that begins a TLS handshake with a server that speaks none. */
    private static final class FirstBytes extends ChannelInboundHandlerAdapter {
        private static final int TLS_HANDSHAKE = 0x16;

        private final HandshakeLog log;
        private boolean looked;

        FirstBytes(HandshakeLog log) {
            this.log = log;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (!looked && message instanceof ByteBuf bytes && bytes.isReadable()) {
                looked = true;
                if (bytes.getByte(bytes.readerIndex()) == TLS_HANDSHAKE) {
                    log.speaksTls(PeerAddress.text(context.channel().remoteAddress()));
                }
            }
            context.fireChannelRead(message);
        }
    }
}
