package io.speckv.cli.options;

import io.speckv.kit.wire.ProtectionNames;
import io.speckv.proto.v1.Protection;
import io.speckv.proto.v1.ProtectionRule;
import io.speckv.proto.v1.TurnRule;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of what stays of a chat, whatever its scores. */
public final class ProtectionArguments {
    @Option(
            names = "--protect",
            paramLabel = "RULE",
            description = "what of a chat stays whatever its scores: structure or none (the router's)")
    @Nullable
    String rule;

    @Option(
            names = "--turns",
            paramLabel = "RULE",
            description =
                    "old turns of a chat: together, compressed anew at every question, or frozen, as they were kept"
                            + " (the router's)")
    @Nullable
    String turns;

    @Option(
            names = "--recent-tokens",
            converter = Numbers.AtLeastZero.class,
            paramLabel = "N",
            description = "with frozen turns: the most recent ones stay verbatim up to so many tokens (the router's)")
    @Nullable
    Integer recentTokens;

    /**
     * Returns the requested protection; the router decides what is not given.
     *
     * @throws WrongInputException if a rule is unknown
     */
    public Protection toProto() {
        Protection.Builder protection = Protection.newBuilder()
                .setRule(known("--protect", rule, ProtectionNames.RULES, ProtectionRule.PROTECTION_RULE_UNSPECIFIED))
                .setTurns(known("--turns", turns, ProtectionNames.TURNS, TurnRule.TURN_RULE_UNSPECIFIED));
        if (recentTokens != null) {
            protection.setRecentTokens(recentTokens);
        }
        return protection.build();
    }

    private static <T> T known(String option, @Nullable String name, Map<String, T> rules, T unset) {
        if (name == null) {
            return unset;
        }
        T rule = rules.get(name);
        if (rule == null) {
            throw new WrongInputException(
                    "%s is '%s'; write %s".formatted(option, name, String.join(" or ", new TreeMap<>(rules).keySet())));
        }
        return rule;
    }
}
