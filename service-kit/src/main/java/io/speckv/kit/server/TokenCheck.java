package io.speckv.kit.server;

import io.grpc.Metadata;
import io.speckv.kit.failure.RequestException;
import java.util.Optional;

/** Looks at the token of a call before anything else of it is read. Thread-safe. */
@FunctionalInterface
public interface TokenCheck {
    /** Returns why a call with these headers is refused (TOKEN_MISSING, TOKEN_REJECTED); nothing where it may come in. */
    Optional<RequestException> refusal(Metadata headers);
}
