package io.speckv.kit.balance;

import io.grpc.CallOptions;
import io.grpc.stub.AbstractStub;

/** Gives a pool that balances by prefix the prefix of a call's content. */
public final class PrefixOption {
    static final CallOptions.Key<Long> PREFIX = CallOptions.Key.createWithDefault("speckv-prefix", 0L);

    private PrefixOption() {}

    /**
     * Returns {@code stub} for calls whose content has the same prefix.
     *
     * @param prefix hash of that prefix
     */
    public static <S extends AbstractStub<S>> S on(S stub, long prefix) {
        return stub.withOption(PREFIX, prefix);
    }
}
