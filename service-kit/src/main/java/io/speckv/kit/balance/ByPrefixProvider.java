package io.speckv.kit.balance;

/**
 * Makes {@code by_prefix} a policy that a gRPC service config can name: calls whose content begins alike ({@link PrefixOption})
 * go to the same member as long as that one serves and is not overloaded. gRPC finds it by itself.
 */
public final class ByPrefixProvider extends MemberChoiceProvider {
    public static final String POLICY = "by_prefix";

    /** For gRPC, which finds it among the services of the class path. */
    public ByPrefixProvider() {
        super(POLICY, ByPrefix::new);
    }
}
