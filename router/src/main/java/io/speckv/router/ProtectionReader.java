package io.speckv.router;

import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.ProtectedRange;
import io.speckv.proto.v1.Protection;
import io.speckv.proto.v1.ProtectionRule;
import io.speckv.selection.prompt.PromptPolicy;
import io.speckv.selection.prompt.ProtectedParts;
import io.speckv.selection.prompt.ProtectedParts.Part;
import io.speckv.text.ChatMessage;
import io.speckv.text.Encoding;
import io.speckv.text.PromptOrigins;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Finds the tokens of a prompt that are to stay whatever their scores. Thread-safe. */
final class ProtectionReader {
    private static final int RANGES_MOST = 1024;

    private final RoutedModelSettings.Protection settings;
    private final Function<PromptTokens, Optional<PromptOrigins>> origins;

    /** @param origins finds out where the tokens of a chat are from */
    ProtectionReader(RoutedModelSettings.Protection settings, Function<PromptTokens, Optional<PromptOrigins>> origins) {
        this.settings = settings;
        this.origins = origins;
    }

    /**
     * Returns the protected parts of a prompt, within their share of what the method keeps.
     *
     * @param exact whether the method is to do what its paper says, to the letter: then nothing is protected unless asked for
     * @throws RequestException naming the field
     */
    ProtectedParts read(Protection asked, PromptTokens prompt, PromptPolicy policy, boolean exact) {
        boolean structure = structure(asked, exact);
        double share = share(asked);
        requireValid(asked, prompt);
        boolean any =
                structure || asked.getMessagesCount() > 0 || asked.getRolesCount() > 0 || asked.getRangesCount() > 0;
        if (!any || !policy.compresses(prompt.size())) {
            return ProtectedParts.NONE;
        }
        List<Part> parts = new ArrayList<>();
        ChatPrompt chat = prompt.chat();
        if (chat != null) {
            origins.apply(prompt).ifPresent(known -> {
                List<ChatMessage> messages = chat.conversation().messages();
                if (structure) {
                    parts.addAll(new ChatStructure(known, messages).parts());
                }
                parts.addAll(listed(asked, known, messages));
            });
        }
        parts.addAll(ranges(asked, prompt));
        return new ProtectedParts(parts).within((int) (share * policy.mostKept(prompt.size())));
    }

    private boolean structure(Protection asked, boolean exact) {
        return switch (asked.getRule()) {
            case PROTECTION_RULE_UNSPECIFIED -> settings.isStructure() && !exact;
            case PROTECTION_RULE_NONE -> false;
            case PROTECTION_RULE_STRUCTURE -> true;
            case UNRECOGNIZED ->
                throw RequestException.invalidField(
                        "protection.rule",
                        "is " + asked.getRuleValue() + ", must be one of "
                                + ProtectionRule.getDescriptor().getValues().size() + " known rules");
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
        if (chat == null && (asked.getMessagesCount() > 0 || asked.getRolesCount() > 0)) {
            throw RequestException.invalidField(
                    asked.getMessagesCount() > 0 ? "protection.messages" : "protection.roles",
                    "needs a chat, and the prompt is none");
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

    private static int length(PromptTokens prompt) {
        Encoding encoding = prompt.encoding();
        return encoding == null
                ? prompt.size()
                : encoding.text().codePointCount(0, encoding.text().length());
    }

    private static List<Part> listed(Protection asked, PromptOrigins origins, List<ChatMessage> messages) {
        List<Part> parts = new ArrayList<>();
        Set<Integer> listed = Set.copyOf(asked.getMessagesList());
        Set<String> roles = Set.copyOf(asked.getRolesList());
        for (int i = 0; i < messages.size(); i++) {
            int message = i;
            if (listed.contains(i) || roles.contains(messages.get(i).role())) {
                parts.add(new Part(
                        "message",
                        i,
                        positions(
                                origins.size(),
                                token -> origins.isContent(token) && origins.message(token) == message)));
            }
        }
        return parts;
    }

    /** A token of several ranges is of the first, so that all together are no longer than the prompt. */
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
        return positions(prompt.size(), token -> starts[token] < range.getEnd() && ends[token] > range.getStart());
    }

    static int[] positions(int tokens, IntPredicate which) {
        return IntStream.range(0, tokens).filter(which).toArray();
    }
}
