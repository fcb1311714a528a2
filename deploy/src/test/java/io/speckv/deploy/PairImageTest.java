package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.tools.jib.api.buildplan.ContainerBuildPlan;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import org.junit.jupiter.api.Test;

class PairImageTest {
    @Test
    void holdsBothModelsWhereTheChartLooksForThem() throws Exception {
        ContainerBuildPlan plan = new PairImage(Home.FOLDER).on("scratch").toContainerBuildPlan();

        assertThat(plan.getUser()).isEqualTo("10001:10001");
        assertThat(plan.getLayers())
                .flatExtracting(layer -> ((FileEntriesLayer) layer).getEntries())
                .extracting(entry -> entry.getExtractionPath().toString())
                .contains(
                        "/models/speckv-tiny-draft/config.json",
                        "/models/speckv-tiny-draft/tokenizer.json",
                        "/models/speckv-tiny-target/config.json",
                        "/models/speckv-tiny-target/model.safetensors");
        for (String service : java.util.List.of("draft", "target", "router")) {
            String path = RenderedChart.of("cpu")
                    .only("Deployment", "x-speckv-" + service)
                    .at("/spec/template/spec/initContainers/0/command/2")
                    .asText();
            assertThat(PairImage.MODELS).anyMatch(model -> path.equals("/models/" + model + "/."));
        }
    }
}
