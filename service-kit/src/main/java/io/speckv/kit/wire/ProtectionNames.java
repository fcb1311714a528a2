package io.speckv.kit.wire;

import io.speckv.proto.v1.ProtectionRule;
import io.speckv.proto.v1.TurnRule;
import java.util.Map;

/** The names that people write for the rules on which parts of a chat stay. */
public final class ProtectionNames {
    public static final Map<String, ProtectionRule> RULES =
            Map.of("none", ProtectionRule.PROTECTION_RULE_NONE, "structure", ProtectionRule.PROTECTION_RULE_STRUCTURE);
    public static final Map<String, TurnRule> TURNS =
            Map.of("together", TurnRule.TURN_RULE_TOGETHER, "frozen", TurnRule.TURN_RULE_FROZEN);

    private ProtectionNames() {}
}
