package io.speckv.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What three systems print of their processors. */
class ProcessorTest {
    @Test
    void readsX86() {
        Processor processor = Processor.parseLinux("amd64", """
            processor\t: 0
            model name\t: AMD EPYC 7763
            flags\t\t: fpu sse4_1 avx fma avx2 f16c avx2
            bugs\t\t:

            processor\t: 1
            model name\t: AMD EPYC 7763
            flags\t\t: fpu sse4_1 avx fma avx2 f16c
            """);
        assertThat(processor.name()).isEqualTo("AMD EPYC 7763");
        assertThat(processor.instructionSets()).containsExactly("sse4_1", "avx", "avx2", "fma", "f16c");
        assertThat(processor.multipliesBf16()).isFalse();
    }

    @Test
    void findsHardwareThatMultipliesBf16ByWholeNames() {
        assertThat(Processor.parseLinux("amd64", "flags : avx512f avx512_bf16").multipliesBf16())
                .isTrue();
        assertThat(Processor.parseLinux("amd64", "flags : avx512f amx_bf16 amx_tile")
                        .multipliesBf16())
                .isTrue();
        assertThat(Processor.parseLinux("amd64", "flags : avx512f avx512_bf16x").multipliesBf16())
                .isFalse();
    }

    @Test
    void readsArm() {
        Processor graviton = Processor.parseLinux("aarch64", "Features\t: fp asimd asimddp sve i8mm bf16\n");
        assertThat(graviton.name()).isEqualTo("unknown");
        assertThat(graviton.instructionSets()).containsExactly("asimd", "asimddp", "i8mm", "bf16", "sve");
        assertThat(graviton.multipliesBf16()).isTrue();
    }

    @Test
    void readsMacOs() {
        Processor mac = Processor.parseMac("aarch64", """
            machdep.cpu.brand_string: Apple M1
            hw.optional.arm.FEAT_DotProd: 1
            hw.optional.arm.FEAT_BF16: 0
            hw.optional.arm.FEAT_I8MM: 0
            """);
        assertThat(mac.name()).isEqualTo("Apple M1");
        assertThat(mac.instructionSets()).containsExactly("asimd", "asimddp");
        assertThat(mac.multipliesBf16()).isFalse();
    }

    @Test
    void knowsTheProcessorItRunsOn() {
        assertThat(Processor.current().architecture()).isEqualTo(System.getProperty("os.arch"));
        assertThat(Processor.current().instructionSets()).isNotEmpty();
    }
}
