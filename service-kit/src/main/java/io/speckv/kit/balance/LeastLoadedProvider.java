package io.speckv.kit.balance;

/**
 * Makes {@code least_loaded} a policy that a gRPC service config can name: each call goes to the member with the fewest
 * running calls of this channel, among those whose health says that they serve. gRPC finds it by itself.
 */
public final class LeastLoadedProvider extends MemberChoiceProvider {
    public static final String POLICY = "least_loaded";

    /** For gRPC, which finds it among the services of the class path. */
    public LeastLoadedProvider() {
        super(POLICY, LeastLoaded::new);
    }
}
