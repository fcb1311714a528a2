package io.speckv.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Compares everything that old peers rely on with the list kept in {@code wire-v1.txt}. A line that is gone or changed
 * breaks old peers and fails. A new line is recorded by running this test with {@code -Dwire.record=true}.
 */
class WireCompatibilityTest {
    private static final Path RECORDED = Path.of("src/test/resources/wire-v1.txt");

    @Test
    void onlyAddsToWhatWasRecorded() throws IOException {
        List<String> recorded = Files.readAllLines(RECORDED);
        Set<String> current = wire(ProtocolFiles.own());

        assertThat(current).as("removed or changed on the wire").containsAll(recorded);
        if (Boolean.getBoolean("wire.record")) {
            Files.write(RECORDED, current);
        } else {
            assertThat(recorded)
                    .as("not recorded yet: run with -Dwire.record=true")
                    .containsAll(current);
        }
    }

    @Test
    void seesTypeNumberNameAndPresenceOfAField() {
        FieldDescriptorProto field = FieldDescriptorProto.newBuilder()
                .setName("top_k")
                .setNumber(2)
                .setType(FieldDescriptorProto.Type.TYPE_UINT32)
                .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
                .setProto3Optional(true)
                .build();
        DescriptorProto message =
                DescriptorProto.newBuilder().setName("Sampling").addField(field).build();

        assertThat(wire(List.of(FileDescriptorProto.newBuilder()
                        .setPackage("a.v1")
                        .addMessageType(message)
                        .build())))
                .contains("field a.v1.Sampling 2 top_k optional uint32");
    }

    private static Set<String> wire(List<FileDescriptorProto> files) {
        Set<String> lines = new TreeSet<>();
        for (FileDescriptorProto file : files) {
            String scope = file.getPackage() + ".";
            file.getMessageTypeList().forEach(message -> {
                lines.add("message " + scope + message.getName());
                message.getFieldList().forEach(field -> lines.add(line(scope, message, field)));
            });
            file.getEnumTypeList()
                    .forEach(e -> e.getValueList()
                            .forEach(value -> lines.add("value %s%s %d %s"
                                    .formatted(scope, e.getName(), value.getNumber(), value.getName()))));
            file.getServiceList()
                    .forEach(service -> service.getMethodList()
                            .forEach(rpc -> lines.add("rpc %s%s.%s %s"
                                    .formatted(scope, service.getName(), rpc.getName(), signature(rpc)))));
            lines.add("java " + file.getPackage() + " " + file.getOptions().getJavaPackage());
        }
        return lines;
    }

    private static String line(String scope, DescriptorProto message, FieldDescriptorProto field) {
        String type = field.getTypeName().isEmpty()
                ? field.getType().name().substring("TYPE_".length()).toLowerCase(Locale.ROOT)
                : field.getTypeName().substring(1);
        return "field %s%s %d %s %s %s"
                .formatted(
                        scope, message.getName(), field.getNumber(), field.getName(), presence(message, field), type);
    }

    private static String presence(DescriptorProto message, FieldDescriptorProto field) {
        if (field.getLabel() == FieldDescriptorProto.Label.LABEL_REPEATED) {
            return "repeated";
        }
        if (field.getProto3Optional()) {
            return "optional";
        }
        return field.hasOneofIndex()
                ? "oneof:" + message.getOneofDecl(field.getOneofIndex()).getName()
                : "plain";
    }

    private static String signature(MethodDescriptorProto rpc) {
        return "%s%s -> %s%s"
                .formatted(
                        rpc.getClientStreaming() ? "stream " : "",
                        rpc.getInputType().substring(1),
                        rpc.getServerStreaming() ? "stream " : "",
                        rpc.getOutputType().substring(1));
    }
}
