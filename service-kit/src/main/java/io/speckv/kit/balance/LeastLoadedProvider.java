package io.speckv.kit.balance;

/**
 * Makes {@code least_loaded} a policy that a gRPC service config can name. Each call goes to the member with the fewest
 * running calls of this channel, among the members whose health says that they serve. gRPC finds this class by itself.
 */
public final class LeastLoadedProvider extends MemberChoiceProvider {
    public static final String POLICY = "least_loaded";

    /** For gRPC, which finds this class among the services of the class path. */
    public LeastLoadedProvider() {
        super(POLICY, LeastLoaded::new);
    }
}
