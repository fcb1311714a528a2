package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FreedMemoryTest {
    @Test
    void glibcGivesItBack() {
        assumeTrue(Files.exists(Path.of("/lib64/ld-linux-x86-64.so.2")), "this machine has no glibc on x86-64");
        assertThat(FreedMemory.giveBack()).isTrue();
    }
}
