package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.http.json.JsonFields;
import io.speckv.kit.wire.ProtectionNames;
import io.speckv.proto.v1.ProtectedRange;
import io.speckv.proto.v1.Protection;
import io.speckv.proto.v1.ProtectionRule;
import io.speckv.proto.v1.TurnRule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads {@code speckv.protect}, which is a rule or an object with a rule and further things to keep. Also reads
 * {@code speckv.turns} and {@code speckv.recent_tokens}, which say how old turns are kept.
 */
final class ProtectReader {
    private static final String FIELD = "protect";
    private static final List<String> KEYS = List.of("rule", "messages", "roles", "ranges", "share");

    private ProtectReader() {}

    /** Returns what a {@code speckv} object protects; empty if it does not say. */
    static Optional<Protection> read(JsonFields speckv, SentMessages sent) {
        Optional<JsonNode> given = speckv.get(FIELD);
        Protection.Builder protection = given.isEmpty() ? Protection.newBuilder() : protect(speckv, given.get(), sent);
        speckv.ifText("turns", name -> protection.setTurns(turns(speckv, name)));
        speckv.ifInteger("recent_tokens", 0, Integer.MAX_VALUE, most -> protection.setRecentTokens((int) most));
        Protection read = protection.build();
        return read.equals(Protection.getDefaultInstance()) ? Optional.empty() : Optional.of(read);
    }

    private static Protection.Builder protect(JsonFields speckv, JsonNode given, SentMessages sent) {
        if (given.isTextual()) {
            return Protection.newBuilder().setRule(rule(speckv, FIELD, given.textValue()));
        }
        if (!given.isObject()) {
            speckv.requireText(FIELD, "a string or an object");
        }
        JsonFields protect = speckv.object(FIELD).orElseThrow();
        protect.requireKnown(KEYS, name -> Optional.empty());
        Protection.Builder protection = Protection.newBuilder();
        protect.ifText("rule", name -> protection.setRule(rule(protect, "rule", name)));
        protection.addAllMessages(sent.inChat(protect, "messages"));
        protect.texts("roles").forEach(role -> protection.addRoles(role.equals("developer") ? "system" : role));
        for (JsonNode range : protect.array("ranges")) {
            String field = "ranges[" + protection.getRangesCount() + "]";
            if (!range.isArray() || range.size() != 2) {
                throw protect.invalid(field, "must be an array of its first place and the place behind its last");
            }
            protection.addRanges(ProtectedRange.newBuilder()
                    .setStart(place(protect, field, range.get(0)))
                    .setEnd(place(protect, field, range.get(1))));
        }
        protect.ifNumber("share", protection::setShare);
        return protection;
    }

    private static TurnRule turns(JsonFields speckv, String name) {
        TurnRule rule = ProtectionNames.TURNS.get(name);
        if (rule == null) {
            throw speckv.invalid("turns", "is '" + name + "', must be together or frozen");
        }
        return rule;
    }

    private static ProtectionRule rule(JsonFields fields, String field, String name) {
        ProtectionRule rule = ProtectionNames.RULES.get(name);
        if (rule == null) {
            throw fields.invalid(field, "is '" + name + "', must be none or structure");
        }
        return rule;
    }

    /** Returns an index that counts from 0. */
    static int place(JsonFields fields, String field, JsonNode value) {
        OptionalLong place = JsonFields.wholeNumber(value);
        if (place.isEmpty() || place.getAsLong() < 0 || place.getAsLong() > Integer.MAX_VALUE) {
            throw fields.invalid(field, "is " + value + ", must be a whole number from 0");
        }
        return (int) place.getAsLong();
    }
}
