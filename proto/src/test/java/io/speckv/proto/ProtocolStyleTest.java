package io.speckv.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProtocolStyleTest {

    @Test
    void followsTheStandardLintRules() throws IOException {
        assertThat(StyleRules.violations(ProtocolFiles.own())).isEmpty();
    }

    @Test
    void namesTheRuleAndThePlaceOfEachViolation() throws TextFormat.ParseException {
        FileDescriptorProto bad = TextFormat.parse("""
                name: "speckv/Bad.proto" package: "speckv" syntax: "proto2" public_dependency: 0
                message_type { name: "bad_message" oneof_decl { name: "Choice" }
                    field { name: "badField" number: 1 label: LABEL_REQUIRED type: TYPE_INT32 } }
                enum_type { name: "Mode" value { name: "fast" number: 1 } }
                service { name: "Bad" method { name: "run" input_type: ".speckv.bad_message" output_type: ".speckv.bad_message" } }
                """, FileDescriptorProto.class);

        assertThat(StyleRules.violations(List.of(bad)))
                .containsExactlyInAnyOrder(
                        "FILE_LOWER_SNAKE_CASE speckv/Bad.proto",
                        "PACKAGE_VERSION_SUFFIX speckv/Bad.proto",
                        "SYNTAX_SPECIFIED speckv/Bad.proto",
                        "IMPORT_NO_PUBLIC speckv/Bad.proto",
                        "MESSAGE_PASCAL_CASE speckv.bad_message",
                        "FIELD_LOWER_SNAKE_CASE speckv.bad_message.badField",
                        "FIELD_NOT_REQUIRED speckv.bad_message.badField",
                        "ONEOF_LOWER_SNAKE_CASE speckv.bad_message.Choice",
                        "ENUM_FIRST_VALUE_ZERO speckv.Mode",
                        "ENUM_ZERO_VALUE_SUFFIX speckv.Mode",
                        "ENUM_VALUE_UPPER_SNAKE_CASE fast",
                        "ENUM_VALUE_PREFIX fast",
                        "SERVICE_SUFFIX speckv.Bad",
                        "RPC_PASCAL_CASE speckv.Bad.run",
                        "RPC_REQUEST_STANDARD_NAME speckv.Bad.run",
                        "RPC_RESPONSE_STANDARD_NAME speckv.Bad.run",
                        "RPC_REQUEST_RESPONSE_UNIQUE speckv.Bad.run");
    }

    @Test
    void documentsEveryElement() throws IOException {
        List<String> undocumented = new ArrayList<>();
        for (FileDescriptorProto file : ProtocolFiles.own()) {
            Map<List<Integer>, String> comments = new HashMap<>();
            for (Location location : file.getSourceCodeInfo().getLocationList()) {
                comments.put(
                        location.getPathList(), location.getLeadingComments().strip());
            }
            elements(file).forEach((path, name) -> {
                String comment = comments.getOrDefault(path, "");
                if (!comment.endsWith(".")) {
                    undocumented.add(name);
                }
            });
        }
        assertThat(undocumented)
                .as("elements without a comment that is a sentence")
                .isEmpty();
    }

    @Test
    void importsOnlyWhatItUses() throws IOException {
        Map<String, String> fileOfType = new HashMap<>();
        for (FileDescriptorProto file : ProtocolFiles.own()) {
            file.getMessageTypeList()
                    .forEach(m -> fileOfType.put("." + file.getPackage() + "." + m.getName(), file.getName()));
            file.getEnumTypeList()
                    .forEach(e -> fileOfType.put("." + file.getPackage() + "." + e.getName(), file.getName()));
        }
        for (FileDescriptorProto file : ProtocolFiles.own()) {
            Set<String> used = new HashSet<>();
            for (DescriptorProto message : file.getMessageTypeList()) {
                message.getFieldList().stream()
                        .map(FieldDescriptorProto::getTypeName)
                        .filter(type -> !type.isEmpty())
                        .forEach(type -> used.add(fileOfType.getOrDefault(type, wellKnownFile(type))));
            }
            used.remove(file.getName());
            assertThat(file.getDependencyList()).as(file.getName()).containsExactlyInAnyOrderElementsOf(used);
        }
    }

    private static String wellKnownFile(String type) {
        return type.substring(1).toLowerCase(Locale.ROOT).replace('.', '/') + ".proto";
    }

    /** Source paths of descriptor.proto's field numbers, with the name of what stands there. */
    private static Map<List<Integer>, String> elements(FileDescriptorProto file) {
        Map<List<Integer>, String> elements = new HashMap<>();
        for (int m = 0; m < file.getMessageTypeCount(); m++) {
            DescriptorProto message = file.getMessageType(m);
            assertThat(message.getNestedTypeList())
                    .as("nested types of " + message.getName())
                    .isEmpty();
            elements.put(List.of(4, m), message.getName());
            for (int f = 0; f < message.getFieldCount(); f++) {
                elements.put(
                        List.of(4, m, 2, f),
                        message.getName() + "." + message.getField(f).getName());
            }
            for (int o = 0; o < message.getOneofDeclCount(); o++) {
                if (!message.getOneofDecl(o).getName().startsWith("_")) {
                    elements.put(
                            List.of(4, m, 8, o),
                            message.getName() + "." + message.getOneofDecl(o).getName());
                }
            }
        }
        for (int e = 0; e < file.getEnumTypeCount(); e++) {
            EnumDescriptorProto type = file.getEnumType(e);
            elements.put(List.of(5, e), type.getName());
            for (int v = 0; v < type.getValueCount(); v++) {
                elements.put(List.of(5, e, 2, v), type.getValue(v).getName());
            }
        }
        for (int s = 0; s < file.getServiceCount(); s++) {
            elements.put(List.of(6, s), file.getService(s).getName());
            for (int r = 0; r < file.getService(s).getMethodCount(); r++) {
                elements.put(
                        List.of(6, s, 2, r), file.getService(s).getMethod(r).getName());
            }
        }
        return elements;
    }
}
