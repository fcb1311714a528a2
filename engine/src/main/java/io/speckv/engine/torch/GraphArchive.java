package io.speckv.engine.torch;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
public final class GraphArchive {
    private static final String FOLDER = "graph/";

    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    /** The only module that calls {@code onednn} and {@code fbgemm}, which are packed together with it. */
    private static final String LINEARS = "linears.py";

    private GraphArchive() {}

    /** Returns the archive of a class whose sources all belong to the engine. The first source defines the class. */
    static byte[] pack(String className, Map<String, Object> attributes, String... sources) {
        String[] modules = Arrays.copyOfRange(sources, 1, sources.length);
        return pack(className, attributes, GraphArchive.class, sources[0], modules);
    }

    /**
     * Returns the archive of a class that is defined elsewhere and calls modules of the engine.
     *
     * @param className the class, defined in {@code source}
     * @param attributes values for every attribute the class declares besides {@code training}: Boolean, Integer or Double
     * @param owner the Java class beside whose resources {@code graph/source} lies
     * @param source the file that defines the class
     * @param modules files of the engine; {@code x.py} becomes module {@code __torch__.x}
     */
    public static byte[] pack(
            String className, Map<String, Object> attributes, Class<?> owner, String source, String... modules) {
        GraphArchive archive = new GraphArchive();
        archive.entries.put("data.pkl", pickledInstance(className, attributes));
        archive.entries.put("code/__torch__.py", read(owner, source));
        for (String module : modules) {
            archive.entries.put("code/__torch__/" + module, read(GraphArchive.class, module));
            if (module.equals(LINEARS)) {
                archive.entries.put("code/__torch__/onednn.py", read(GraphArchive.class, OneDnn.source()));
                archive.entries.put("code/__torch__/fbgemm.py", read(GraphArchive.class, "fbgemm.py"));
            }
        }
        archive.entries.put("constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
        archive.entries.put("version", "10\n".getBytes(StandardCharsets.US_ASCII));
        archive.entries.put("byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        return archive.zipped();
    }

    private static byte[] read(Class<?> owner, String source) {
        try (InputStream in = owner.getResourceAsStream("graph/" + source)) {
            if (in == null) {
                throw new IllegalArgumentException("no graph source named " + source);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a protocol-2 pickle of {@code __torch__.className}, built from its attributes. */
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
