package io.speckv.kit.balance;

/**
 * Makes {@code by_prefix} a policy that a gRPC service config can name. Calls whose content begins alike
 * ({@link PrefixOption}) go to the same member as long as it serves and is not overloaded. gRPC finds this class by itself.
 */
public final class ByPrefixProvider extends MemberChoiceProvider {
    public static final String POLICY = "by_prefix";

    /** For gRPC, which finds this class among the services of the class path. */
    public ByPrefixProvider() {
        super(POLICY, ByPrefix::new);
    }
}
