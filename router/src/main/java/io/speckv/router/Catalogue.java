package io.speckv.router;

import io.speckv.kit.server.BuildVersion;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.kit.wire.Structs;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.MethodDescription;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.selection.method.Methods;

/** What the router serves, as a message. */
final class Catalogue {
    /** Long enough that every method with a budget compresses. */
    private static final int LONG_PROMPT = 1 << 20;

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
        boolean evicts = parts.directory().abilities().evicts();
        for (RequestedMethod served : parts.methods().served()) {
            if (served.method().prompt().scoreSource().classifies() && !classifies) {
                continue;
            }
            if (!evicts && served.method().isCacheStageAlone(LONG_PROMPT)) {
                continue;
            }
            response.addMethods(MethodDescription.newBuilder()
                    .setName(served.name())
                    .setSummary(Methods.summary(served.name()))
                    .setNeedsDraft(served.method().needsDraft(LONG_PROMPT, 1))
                    .setDefaultSettings(
                            Structs.toProto(Methods.applied(served.name(), MethodSettings.toMap(served.message())))));
        }
        return response.build();
    }
}
