package io.speckv.kit.telemetry;

import io.grpc.Metadata;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import org.jspecify.annotations.Nullable;

/** W3C trace context in gRPC metadata, and the attribute keys of RPC spans. */
final class TraceHeaders {
    static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("rpc.system.name");
    static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
    static final AttributeKey<String> STATUS = AttributeKey.stringKey("rpc.status_code");

    private static final TextMapGetter<Metadata> GETTER =
            (@Nullable Metadata headers, String name) -> headers == null ? null : headers.get(key(name));

    private TraceHeaders() {}

    static Context extract(Metadata headers) {
        return W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, GETTER);
    }

    static void inject(Context context, Metadata headers) {
        W3CTraceContextPropagator.getInstance().inject(context, headers, (into, name, value) -> {
            if (into != null) {
                into.discardAll(key(name));
                into.put(key(name), value);
            }
        });
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
