package io.speckv.router.model;

import io.speckv.kit.server.BuildVersion;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.kit.wire.Structs;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.DraftServiceDescribeResponse;
import io.speckv.proto.v1.MethodDescription;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.ServedModel;
import io.speckv.proto.v1.ServedPool;
import io.speckv.router.request.MethodReader;
import io.speckv.router.request.RequestedMethod;
import io.speckv.router.run.RouterParts;
import io.speckv.selection.method.Methods;
import java.util.Optional;

/** Describes what the router serves, as a message. */
public final class Catalogue {
    /** Long enough that every method with a budget compresses. */
    private static final int LONG_PROMPT = 1 << 20;

    private Catalogue() {}

    /**
     * Returns all models, and the methods of one of them. A model whose target has not described itself yet is shown as its
     * settings describe it.
     *
     * @param asked name of the model whose methods are listed; empty for the default one
     * @throws io.speckv.kit.failure.RequestException with MODEL_UNKNOWN
     */
    public static DescribeResponse describe(RoutedModels models, String asked) {
        RouterParts chosen = models.named(asked).anyParts();
        DescribeResponse.Builder response = DescribeResponse.newBuilder()
                .setDefaultMethod(chosen.methods().defaultName())
                .setDefaultFallback(chosen.methods().defaultFallback())
                .setDefaultModel(models.standard().name())
                .setVersion(BuildVersion.current());
        for (RoutedModel model : models.all()) {
            model.described().ifPresent(response::addTargets);
            model.draft()
                    .filter(draft -> !response.getDraftsList().contains(draft))
                    .ifPresent(response::addDrafts);
            response.addModels(model(model));
        }
        addMethods(response, chosen);
        return response.build();
    }

    private static ServedModel model(RoutedModel model) {
        MethodReader methods = model.anyParts().methods();
        String trouble = model.trouble();
        ServedModel.Builder served = ServedModel.newBuilder()
                .setName(model.name())
                .addAllAliases(model.settings().aliases())
                .setReady(trouble.isEmpty())
                .setNotReadyReason(trouble)
                .setDraft(model.draft().map(ModelDescription::getName).orElse(""))
                .setDefaultMethod(methods.defaultName())
                .setDefaultFallback(methods.defaultFallback())
                .setCompressFrom(model.settings().compressFrom())
                .setNoChatsReason(model.anyParts().requests().noChatsReason());
        for (RoutedPool pool : model.pools()) {
            served.addPools(ServedPool.newBuilder()
                    .setName(pool.name())
                    .setWeight(pool.weight())
                    .setReady(pool.trouble().isEmpty())
                    .setNotReadyReason(pool.trouble()));
        }
        return served.build();
    }

    private static void addMethods(DescribeResponse.Builder response, RouterParts parts) {
        Optional<DraftServiceDescribeResponse> classifying = parts.directory()
                .draft()
                .filter(draft -> !draft.getClassifierName().isEmpty());
        boolean evicts = parts.directory().abilities().evicts();
        for (RequestedMethod served : parts.methods().served()) {
            if (served.method().prompt().scoreSource().classifies() && classifying.isEmpty()) {
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
    }
}
