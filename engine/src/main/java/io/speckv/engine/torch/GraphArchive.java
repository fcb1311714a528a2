package io.speckv.engine.torch;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript source files and the attributes of their one class into the archive that libtorch loads.
 *
 * <p>The same sources and attributes always give the same bytes: entries are stored in order, with a fixed time.
 */
final class GraphArchive {
    private static final String FOLDER = "graph/";

    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    /**
     * @param className the class, defined in the first source
     * @param attributes values for every attribute the class declares besides {@code training}: Boolean, Integer or Double
     * @param sources resource names beside this class; the first holds the class, {@code x.py} of the others becomes
     *     module {@code __torch__.x}
     */
    static byte[] pack(String className, Map<String, Object> attributes, String... sources) {
        GraphArchive archive = new GraphArchive();
        archive.entries.put("data.pkl", pickledInstance(className, attributes));
        archive.entries.put("code/__torch__.py", read(sources[0]));
        for (int i = 1; i < sources.length; i++) {
            archive.entries.put("code/__torch__/" + sources[i], read(sources[i]));
        }
        archive.entries.put("constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
        archive.entries.put("version", "10\n".getBytes(StandardCharsets.US_ASCII));
        archive.entries.put("byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        return archive.zipped();
    }

    private static byte[] read(String source) {
        try (InputStream in = GraphArchive.class.getResourceAsStream("graph/" + source)) {
            if (in == null) {
                throw new IllegalArgumentException("no graph source named " + source);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A protocol-2 pickle of {@code __torch__.className} built from its attributes. */
    private static byte[] pickledInstance(String className, Map<String, Object> attributes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(new byte[] {(byte) 0x80, 2});
            out.writeBytes("c__torch__\n" + className + "\n");
            out.writeBytes(")\u0081");
            out.writeBytes("}(");
            pickle(out, "training");
            pickle(out, false);
            for (Map.Entry<String, Object> attribute : attributes.entrySet()) {
                pickle(out, attribute.getKey());
                pickle(out, attribute.getValue());
            }
            out.writeBytes("ub.");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void pickle(DataOutputStream out, Object value) throws IOException {
        if (value instanceof String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.writeByte('X');
            out.writeInt(Integer.reverseBytes(utf8.length));
            out.write(utf8);
        } else if (value instanceof Boolean flag) {
            out.writeByte(flag ? 0x88 : 0x89);
        } else if (value instanceof Integer number) {
            out.writeByte('J');
            out.writeInt(Integer.reverseBytes(number));
        } else if (value instanceof Double number) {
            out.writeByte('G');
            out.writeDouble(number);
        } else {
            throw new IllegalArgumentException("a graph attribute cannot be a " + value.getClass());
        }
    }

    private byte[] zipped() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : entries.entrySet()) {
                byte[] content = file.getValue();
                CRC32 crc = new CRC32();
                crc.update(content);
                ZipEntry entry = new ZipEntry(FOLDER + file.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.length);
                entry.setCrc(crc.getValue());
                entry.setTime(0);
                zip.putNextEntry(entry);
                zip.write(content);
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
