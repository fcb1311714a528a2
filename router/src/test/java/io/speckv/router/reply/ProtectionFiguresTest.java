package io.speckv.router.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.ProtectedPart;
import io.speckv.selection.prompt.Collapse;
import io.speckv.selection.prompt.ProtectedParts;
import io.speckv.selection.prompt.ProtectedParts.Part;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a report tells of what stayed; {@code ProtectionTest} has reports of chats. */
class ProtectionFiguresTest {
    private static CompressionReport report(ProtectionFigures figures) {
        CompressionReport.Builder report = CompressionReport.newBuilder();
        figures.putInto(report);
        return report.build();
    }

    private static ProtectionFigures figures(ProtectedParts parts, Collapse collapse) {
        return new ProtectionFigures(parts, 3, 4, 5, collapse);
    }

    @Test
    void eachPartIsToldWithItsMessageIfItIsOne() {
        ProtectedParts parts = new ProtectedParts(List.of(
                new Part("template", -1, new int[] {0, 1}),
                new Part("system", 0, new int[] {2}),
                new Part("last_turn", 3, new int[] {4, 5, 6}, true)));
        CompressionReport report = report(figures(parts, Collapse.NONE));

        assertThat(report.getProtectedPartsList())
                .containsExactly(
                        ProtectedPart.newBuilder()
                                .setPart("template")
                                .setTokenCount(2)
                                .build(),
                        ProtectedPart.newBuilder()
                                .setPart("system")
                                .setMessage(0)
                                .setTokenCount(1)
                                .build(),
                        ProtectedPart.newBuilder()
                                .setPart("last_turn")
                                .setMessage(3)
                                .setTokenCount(3)
                                .setCompressed(true)
                                .build());
        assertThat(report.getProtectedTokenCount())
                .as("what scores decide about is not protected")
                .isEqualTo(3);
        assertThat(report.getFrozenTokenCount()).isEqualTo(3);
        assertThat(report.getMarkTokenCount()).isEqualTo(4);
        assertThat(report.getRecentTokenCount()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(Collapse.class)
    void eachCollapseHasItsNameOnTheWire(Collapse collapse) {
        assertThat(report(figures(ProtectedParts.NONE, collapse)).getCollapse().name())
                .isEqualTo("COLLAPSE_" + (collapse == Collapse.NONE ? "UNSPECIFIED" : collapse.name()));
    }
}
