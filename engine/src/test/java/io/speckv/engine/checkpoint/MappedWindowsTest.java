package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MappedWindowsTest {
    private static final Path MAPS = Path.of("/proc/self/maps");

    @TempDir
    Path temp;

    /** Tensors of 0 to 9 bytes, each filled with its number; some are longer than the smallest windows. */
    @ParameterizedTest
    @ValueSource(longs = {4, 9, 16, 1000})
    void aTensorHasItsBytesInWindowsOfAnySize(long windowBytes) throws IOException {
        Path file = temp.resolve("tensors");
        List<FileTensor> tensors = new ArrayList<>();
        long end = 3;
        for (int i = 0; i < 40; i++) {
            int length = i * 7 % 10;
            tensors.add(new FileTensor("t" + i, Dtype.U8, new long[] {length}, file, end, length));
            end += length;
        }
        byte[] bytes = new byte[(int) end];
        tensors.forEach(tensor ->
                Arrays.fill(bytes, (int) tensor.offset(), (int) (tensor.offset() + tensor.length()), number(tensor)));
        Files.write(file, bytes);
        try (FileChannel channel = FileChannel.open(file)) {
            MappedWindows windows = new MappedWindows(channel, tensors, windowBytes);
            for (FileTensor tensor : tensors) {
                ByteBuffer found = windows.bytes(tensor.offset(), tensor.length());
                assertThat(found.remaining()).as(tensor.name()).isEqualTo((int) tensor.length());
                while (found.hasRemaining()) {
                    assertThat(found.get()).as(tensor.name()).isEqualTo(number(tensor));
                }
            }
        }
    }

    /** What the operating system counts, where it can be asked. */
    @Test
    void aFileOfManyTensorsTakesOneMapping() throws IOException {
        assumeThat(MAPS).exists();
        Path file = temp.resolve("many.safetensors");
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            int number = i;
            tensors.add(new SafetensorsWriter.Tensor("t" + i, WeightType.F32, new long[] {2}, at -> number));
        }
        SafetensorsWriter.write(file, tensors);
        List<ByteBuffer> held = new ArrayList<>();
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            open.entries().values().forEach(entry -> held.add(open.map(entry)));
            assertThat(mappings(file)).isEqualTo(1);
        }
        assertThat(held).allSatisfy(bytes -> assertThat(bytes.isReadOnly()).isTrue());
        assertThat(held.get(299).getFloat(4)).isEqualTo(299);
    }

    private static long mappings(Path file) throws IOException {
        String path = file.toRealPath().toString();
        try (Stream<String> lines = Files.lines(MAPS)) {
            return lines.filter(line -> line.endsWith(path)).count();
        }
    }

    private static byte number(FileTensor tensor) {
        return Byte.parseByte(tensor.name().substring(1));
    }
}
