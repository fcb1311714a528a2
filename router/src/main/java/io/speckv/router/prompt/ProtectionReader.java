package io.speckv.router.prompt;

import io.speckv.cascade.Stretch;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.RequestFields;
import io.speckv.proto.v1.ProtectedRange;
import io.speckv.proto.v1.Protection;
import io.speckv.proto.v1.ProtectionRule;
import io.speckv.proto.v1.TurnRule;
import io.speckv.router.settings.ProtectionSettings;
import io.speckv.selection.Lines;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.method.Method;
import io.speckv.selection.prompt.KeepAll;
import io.speckv.selection.prompt.PromptPolicy;
import io.speckv.selection.prompt.ProtectedParts;
import io.speckv.selection.prompt.ProtectedParts.Part;
import io.speckv.text.Encoding;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.PromptOrigins;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds which stretches of a prompt are compressed together, and which tokens stay whatever their scores. Thread-safe. */
public final class ProtectionReader {
    private static final int RANGES_MOST = 1024;
    /** Protected share of the KV pairs that a head keeps; targets choose the rest by score. */
    private static final double KEYS_SHARE = 0.5;

    private final ProtectionSettings settings;

    public ProtectionReader(ProtectionSettings settings) {
        this.settings = settings;
    }

    /**
     * Returns the stretches of a prompt and their protected parts, which are limited to their share of what the method keeps.
     *
     * @param origins finds the origins of a chat's tokens; called only if they are needed
     * @param exact whether the method must follow its paper to the letter; then nothing is protected unless the request asks
     *     for it
     * @throws RequestException naming the field
     */
    public PromptStructure read(
            Protection asked,
            PromptTokens prompt,
            Supplier<Optional<PromptOrigins>> origins,
            Method method,
            boolean exact) {
        PromptPolicy policy = method.prompt();
        boolean structure = structure(asked, exact);
        boolean frozen = frozen(asked, method, exact);
        boolean dropsKeys = method.cache().compresses(prompt.size());
        int recentTokens = recentTokens(asked, frozen);
        double share = share(asked);
        requireValid(asked, prompt);
        ChatPrompt chat = prompt.chat();
        List<ChatMessage> messages =
                chat == null ? List.of() : chat.conversation().messages();
        boolean known = structure || frozen || asked.getMessagesCount() > 0 || asked.getRolesCount() > 0;
        boolean drops = dropsKeys || policy.compresses(prompt.size());
        PromptOrigins from =
                chat == null || !known || !drops ? null : origins.get().orElse(null);
        List<Part> named = named(asked, prompt, from, messages);
        List<Part> all = new ArrayList<>();
        List<Part> whole = new ArrayList<>();
        List<Stretch> stretches = new ArrayList<>();
        List<ChatTurn> turns = turns(frozen ? from : null, messages, prompt);
        int aged = frozen && from != null ? new RecentTurns(recentTokens).aged(turns) : turns.size();
        for (int i = 0; i < turns.size(); i++) {
            ChatTurn turn = turns.get(i);
            boolean recent = i >= aged;
            boolean compressed = !recent && policy.compresses(turn.size());
            List<Part> parts = new ArrayList<>();
            if ((compressed || dropsKeys) && from != null && structure) {
                parts.addAll(new ChatStructure(from, messages).parts(turn));
            }
            if (compressed || dropsKeys) {
                named.forEach(part -> parts.add(within(turn, part)));
            }
            if (!compressed) { // its tokens all stay, as those of answers do, but not all of their KV pairs
                whole.addAll(parts);
                if (turn.end() == prompt.size()) {
                    stretches.add(new Stretch(turn.start(), turn.end(), ProtectedTokens.NONE, Lines.NONE, recent));
                }
                continue;
            }
            ProtectedParts fitting = new ProtectedParts(parts).within((int) (share * policy.mostKept(turn.size())));
            all.addAll(fitting.parts());
            stretches.add(new Stretch(turn.start(), turn.end(), relative(turn, fitting), Lines.NONE, recent));
        }
        int mostKeys = (int) (Math.min(share, KEYS_SHARE) * method.cache().mostKept(prompt.size(), 1));
        all.addAll(new ProtectedParts(whole).within(mostKeys).parts());
        int recentFrom = aged < turns.size() ? turns.get(aged).start() : prompt.size();
        return new PromptStructure(new ProtectedParts(all), stretches, recentFrom, new int[0]);
    }

    /** The parts that a request names. */
    private static List<Part> named(
            Protection asked, PromptTokens prompt, @Nullable PromptOrigins origins, List<ChatMessage> messages) {
        List<Part> named = new ArrayList<>();
        if (origins != null) {
            named.addAll(listed(asked, origins, messages));
        }
        named.addAll(ranges(asked, prompt));
        return named;
    }

    private static List<ChatTurn> turns(
            @Nullable PromptOrigins origins, List<ChatMessage> messages, PromptTokens prompt) {
        return origins == null ? ChatTurn.together(prompt.size(), messages.size()) : ChatTurn.of(origins, messages);
    }

    /** Returns the tokens of a part that are in a turn. */
    private static Part within(ChatTurn turn, Part part) {
        int[] positions = part.positions();
        int[] own = Arrays.copyOfRange(positions, first(positions, turn.start()), first(positions, turn.end()));
        return new Part(part.kind(), part.message(), own);
    }

    /** Returns the index of the first value that is not below {@code least}, of ascending values. */
    private static int first(int[] ascending, int least) {
        int found = Arrays.binarySearch(ascending, least);
        return found < 0 ? -found - 1 : found;
    }

    private static ProtectedTokens relative(ChatTurn turn, ProtectedParts parts) {
        return ProtectedTokens.of(Arrays.stream(parts.tokens().positions())
                .map(position -> position - turn.start())
                .toArray());
    }

    private boolean frozen(Protection asked, Method method, boolean exact) {
        boolean dropsKeysAlone =
                method.prompt() instanceof KeepAll && method.cache().compresses(Integer.MAX_VALUE);
        return switch (asked.getTurns()) {
            case TURN_RULE_UNSPECIFIED -> settings.isFrozen() && !exact && !dropsKeysAlone;
            case TURN_RULE_TOGETHER -> false;
            case TURN_RULE_FROZEN -> {
                if (exact) {
                    throw RequestException.invalidField(
                            "protection.turns", "is frozen, which the paper's method does not do");
                }
                if (dropsKeysAlone) {
                    throw RequestException.invalidField(
                            "protection.turns",
                            "is frozen, but " + method.name()
                                    + " drops KV pairs and no tokens: take a method that does, such as speckv-pc or specpc");
                }
                yield true;
            }
            case UNRECOGNIZED ->
                throw RequestFields.unknown("protection.turns", asked.getTurnsValue(), TurnRule.getDescriptor());
        };
    }

    private int recentTokens(Protection asked, boolean frozen) {
        if (!asked.hasRecentTokens()) {
            return settings.recentTokens();
        }
        if (!frozen) {
            throw RequestException.invalidField("protection.recent_tokens", "is set, and needs turns to be frozen");
        }
        return asked.getRecentTokens() < 0 ? Integer.MAX_VALUE : asked.getRecentTokens();
    }

    private boolean structure(Protection asked, boolean exact) {
        return switch (asked.getRule()) {
            case PROTECTION_RULE_UNSPECIFIED -> settings.isStructure() && !exact;
            case PROTECTION_RULE_NONE -> false;
            case PROTECTION_RULE_STRUCTURE -> true;
            case UNRECOGNIZED ->
                throw RequestFields.unknown("protection.rule", asked.getRuleValue(), ProtectionRule.getDescriptor());
        };
    }

    private double share(Protection asked) {
        double share = asked.hasShare() ? asked.getShare() : settings.share();
        if (!(share > 0 && share <= 1)) {
            throw RequestException.invalidField("protection.share", "is " + share + ", must be above 0 and at most 1");
        }
        return share;
    }

    private static void requireValid(Protection asked, PromptTokens prompt) {
        ChatPrompt chat = prompt.chat();
        if (chat == null) {
            requireNoChat(asked);
        }
        int messages = chat == null ? 0 : chat.conversation().messages().size();
        for (int i = 0; i < asked.getMessagesCount(); i++) {
            if (Integer.compareUnsigned(asked.getMessages(i), messages) >= 0) {
                throw RequestException.invalidField(
                        "protection.messages[" + i + "]",
                        "is " + Integer.toUnsignedString(asked.getMessages(i)) + ", must be below the " + messages
                                + " messages of the chat");
            }
        }
        if (asked.getRangesCount() > RANGES_MOST) {
            throw RequestException.invalidField(
                    "protection.ranges", "has " + asked.getRangesCount() + " ranges, must have at most " + RANGES_MOST);
        }
        int length = length(prompt);
        for (int i = 0; i < asked.getRangesCount(); i++) {
            ProtectedRange range = asked.getRanges(i);
            if (Integer.compareUnsigned(range.getStart(), range.getEnd()) >= 0
                    || Integer.compareUnsigned(range.getEnd(), length) > 0) {
                throw RequestException.invalidField(
                        "protection.ranges[" + i + "]",
                        "is " + Integer.toUnsignedString(range.getStart()) + " to "
                                + Integer.toUnsignedString(range.getEnd())
                                + ", must be ascending and end within the prompt's " + length
                                + (prompt.encoding() == null ? " tokens" : " code points"));
            }
        }
    }

    private static void requireNoChat(Protection asked) {
        String field = asked.getMessagesCount() > 0
                ? "messages"
                : asked.getRolesCount() > 0 ? "roles" : asked.getTurns() == TurnRule.TURN_RULE_FROZEN ? "turns" : "";
        if (!field.isEmpty()) {
            throw RequestException.invalidField("protection." + field, "needs a chat, and the prompt is none");
        }
    }

    private static int length(PromptTokens prompt) {
        Encoding encoding = prompt.encoding();
        return encoding == null
                ? prompt.size()
                : encoding.text().codePointCount(0, encoding.text().length());
    }

    private static List<Part> listed(Protection asked, PromptOrigins origins, List<ChatMessage> messages) {
        Set<Integer> listed = Set.copyOf(asked.getMessagesList());
        Set<String> roles = Set.copyOf(asked.getRolesList());
        TokensByMessage contents = new TokensByMessage();
        for (int token = 0; token < origins.size() && !(listed.isEmpty() && roles.isEmpty()); token++) {
            int message = origins.message(token);
            if (origins.isContent(token)
                    && (listed.contains(message)
                            || roles.contains(messages.get(message).role()))) {
                contents.add(message, token);
            }
        }
        return contents.parts(message -> "message");
    }

    /** A token that is in several ranges counts for the first one, so all ranges together are no longer than the prompt. */
    private static List<Part> ranges(Protection asked, PromptTokens prompt) {
        List<Part> parts = new ArrayList<>();
        BitSet taken = new BitSet(prompt.size());
        for (ProtectedRange range : asked.getRangesList()) {
            int[] own = Arrays.stream(within(range, prompt))
                    .filter(position -> !taken.get(position))
                    .toArray();
            Arrays.stream(own).forEach(taken::set);
            parts.add(new Part("range", -1, own));
        }
        return parts;
    }

    private static int[] within(ProtectedRange range, PromptTokens prompt) {
        Encoding encoding = prompt.encoding();
        if (encoding == null) {
            return IntStream.range(range.getStart(), range.getEnd()).toArray();
        }
        int[] starts = encoding.codePointStarts();
        int[] ends = encoding.codePointEnds();
        // Spans ascend, and several tokens may share one span, so the search begins at the first span that ends after
        // the range's start.
        int from = first(ends, range.getStart() + 1);
        while (from > 0 && ends[from - 1] > range.getStart()) {
            from--;
        }
        return IntStream.range(from, ends.length)
                .takeWhile(token -> starts[token] < range.getEnd())
                .filter(token -> ends[token] > range.getStart())
                .toArray();
    }
}
