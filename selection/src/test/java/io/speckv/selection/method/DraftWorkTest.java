package io.speckv.selection.method;

import static io.speckv.selection.method.SettingsMaps.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What methods ask of a draft. */
class DraftWorkTest {
    @Test
    void tokenClassificationAsksForAClassifierOnlyWhenItCompresses() {
        Method ours = Methods.of("llmlingua2", settings("max_capacity_prompt", 100, "classifier", "folder"));
        Method servers = Methods.of("llmlingua2", settings("max_capacity_prompt", 100));

        assertThat(ours.draftWork(100, 20)).isEqualTo(DraftWork.NONE);
        assertThat(ours.draftWork(101, 20)).isEqualTo(new DraftWork(null, 0, true, 0));
        assertThat(ours.needsDraft(101, 20)).isTrue();
        assertThat(ours.draftWork(101, 20).needsModel()).isFalse();
        assertThat(ours.prompt().scoreSource().classifierFolder()).isEqualTo("folder");
        assertThat(servers.prompt().scoreSource().classifierFolder()).isNull();
        assertThat(Methods.applied("llmlingua2", settings())).containsEntry("classifier", null);
        assertThatThrownBy(() -> Methods.of("llmlingua2", settings("classifier", 3)))
                .hasMessage("classifier = 3: must be a text");
        assertThatThrownBy(() -> Methods.of("llmlingua2", settings("classifier", " ")))
                .hasMessage("classifier =  : must name the folder of a token classifier");
    }

    @Test
    void saysWhetherARequestNeedsADraft() {
        Method specKv = Methods.of("speckv", settings("max_capacity_prompt", 100));

        assertThat(specKv.needsDraft(101, 20)).isFalse();
        assertThat(specKv.needsDraft(102, 20)).isTrue();
        assertThat(Methods.of("specpc", settings()).needsDraft(2000, 20)).isTrue();
        assertThat(Methods.of("specpc", settings()).needsDraft(1024, 20)).isFalse();
        assertThat(Methods.of("snapkv", settings()).needsDraft(5000, 20)).isFalse();
    }
}
