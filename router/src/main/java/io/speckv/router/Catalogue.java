package io.speckv.router;

import io.speckv.kit.server.BuildVersion;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.kit.wire.Structs;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.MethodDescription;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.selection.method.Methods;
import java.util.Map;

/** What the router serves, as a message. */
final class Catalogue {
    /** Long enough that every method with a budget compresses. */
    private static final int LONG_PROMPT = 1 << 20;

    private static final Map<String, String> SUMMARIES = Map.ofEntries(
            Map.entry("full", "The whole prompt and the full cache: nothing is compressed."),
            Map.entry("specpc", "The draft's attention selects the prompt tokens that reach the target."),
            Map.entry("speckv", "The draft's lookahead tokens select the KV pairs that the target keeps."),
            Map.entry("speckv-pc", "SpecPC shortens the prompt, then SpecKV evicts the target's cache."),
            Map.entry("ada-speckv", "SpecKV with a budget that the KV heads of a layer share by need."),
            Map.entry("snapkv", "The prompt's last tokens select the KV pairs that stay; no draft."),
            Map.entry("pyramidkv", "SnapKV with larger budgets in lower layers; no draft."),
            Map.entry("ada-snapkv", "SnapKV with a budget that the KV heads of a layer share by need; no draft."),
            Map.entry("h2o", "KV pairs that received most attention stay, and recent ones; no draft."),
            Map.entry("tova", "KV pairs that the last token attends to stay; no draft."),
            Map.entry("streaming", "The first and the last tokens' KV pairs stay; no draft."),
            Map.entry("laq++", "The target's own lookahead over an evicted cache selects the KV pairs; no draft."),
            Map.entry("specprefill", "The draft's attention selects chunks of the prompt, at their old positions."),
            Map.entry("llmlingua2", "A token classifier beside the draft selects the prompt's words, chunk by chunk."),
            Map.entry("truncate", "The middle of the prompt is cut out; no draft."),
            Map.entry("random", "Random prompt tokens stay, as a baseline; no draft."));

    private Catalogue() {}

    static DescribeResponse describe(RouterParts parts) {
        DescribeResponse.Builder response = DescribeResponse.newBuilder()
                .setDefaultMethod(parts.methods().defaultName())
                .setDefaultFallback(parts.methods().defaultFallback())
                .setVersion(BuildVersion.current());
        ModelDescription target = parts.directory().target("");
        response.addTargets(target).setDefaultModel(target.getName());
        parts.directory().draft().ifPresent(draft -> response.addDrafts(draft.getModel()));
        boolean classifies = parts.directory()
                .draft()
                .filter(draft -> !draft.getClassifierName().isEmpty())
                .isPresent();
        for (RequestedMethod served : parts.methods().served()) {
            if (served.method().prompt().scoreSource().classifies() && !classifies) {
                continue;
            }
            response.addMethods(MethodDescription.newBuilder()
                    .setName(served.name())
                    .setSummary(SUMMARIES.getOrDefault(served.name(), ""))
                    .setNeedsDraft(served.method().needsDraft(LONG_PROMPT, 1))
                    .setDefaultSettings(
                            Structs.toProto(Methods.applied(served.name(), MethodSettings.toMap(served.message())))));
        }
        return response.build();
    }
}
