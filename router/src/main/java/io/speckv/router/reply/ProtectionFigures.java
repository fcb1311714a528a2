package io.speckv.router.reply;

import io.speckv.cascade.Choice;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.ProtectedPart;
import io.speckv.router.prompt.PromptStructure;
import io.speckv.router.request.InferenceRequest;
import io.speckv.selection.prompt.Collapse;
import io.speckv.selection.prompt.ProtectedParts;

/**
 * What a report says about protected tokens, frozen turns, and a choice of tokens that looks wrong.
 *
 * @param frozen kept tokens of the frozen turns
 * @param marks tokens that stand where text was left out
 * @param recent tokens that stay because they are recent
 */
record ProtectionFigures(ProtectedParts parts, int frozen, int marks, int recent, Collapse collapse) {

    static ProtectionFigures of(InferenceRequest request, Choice choice) {
        PromptStructure structure = request.structure();
        return new ProtectionFigures(
                structure.parts(),
                structure.settled(choice.prompt().ownKept()),
                choice.prompt().marks().length,
                structure.recent(),
                choice.prompt().collapse());
    }

    void putInto(CompressionReport.Builder report) {
        report.setProtectedTokenCount(parts.tokens().count())
                .setFrozenTokenCount(frozen)
                .setMarkTokenCount(marks)
                .setRecentTokenCount(recent);
        for (ProtectedParts.Part part : parts.parts()) {
            ProtectedPart.Builder message = ProtectedPart.newBuilder()
                    .setPart(part.kind())
                    .setTokenCount(part.positions().length)
                    .setCompressed(part.compressed());
            if (part.message() >= 0) {
                message.setMessage(part.message());
            }
            report.addProtectedParts(message);
        }
        report.setCollapse(
                switch (collapse) {
                    case NONE -> io.speckv.proto.v1.Collapse.COLLAPSE_UNSPECIFIED;
                    case FLAT_SCORES -> io.speckv.proto.v1.Collapse.COLLAPSE_FLAT_SCORES;
                    case ENDS_ONLY -> io.speckv.proto.v1.Collapse.COLLAPSE_ENDS_ONLY;
                });
    }
}
