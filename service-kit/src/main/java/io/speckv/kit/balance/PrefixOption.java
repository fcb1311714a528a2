package io.speckv.kit.balance;

import io.grpc.CallOptions;
import io.grpc.stub.AbstractStub;

/** Tells a pool that goes by prefix how a call's content begins. */
public final class PrefixOption {
    static final CallOptions.Key<Long> PREFIX = CallOptions.Key.createWithDefault("speckv-prefix", 0L);

    private PrefixOption() {}

    /**
     * Returns {@code stub} for calls whose content begins alike.
     *
     * @param prefix hash of that beginning
     */
    public static <S extends AbstractStub<S>> S on(S stub, long prefix) {
        return stub.withOption(PREFIX, prefix);
    }
}
