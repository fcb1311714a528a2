package io.speckv.proto;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The protocol files as one page of Markdown: services first, then messages and enums, each file's in its order. */
final class ApiReference {
    private static final String PACKAGE = ".speckv.v1.";

    private final StringBuilder page = new StringBuilder();
    private Map<List<Integer>, String> comments = Map.of();

    private ApiReference() {}

    static String of(List<FileDescriptorProto> files) {
        ApiReference reference = new ApiReference();
        reference.page.append("""
                # API reference

                Generated from `proto/src/main/proto`; `architecture.md` says how the services work together, `clients/` has
                clients to start from. Applications call the InferenceService; the other two are between the services.

                """);
        List<FileDescriptorProto> ordered = files.stream()
                .sorted(Comparator.comparing(file -> !file.getName().endsWith("inference.proto")))
                .toList();
        ordered.forEach(reference::services);
        ordered.forEach(reference::types);
        return reference.page.toString().strip() + "\n";
    }

    private void open(FileDescriptorProto file) {
        comments = new HashMap<>();
        for (Location location : file.getSourceCodeInfo().getLocationList()) {
            comments.put(location.getPathList(), location.getLeadingComments().strip());
        }
    }

    private String comment(Integer... path) {
        String text = comments.getOrDefault(List.of(path), "");
        return text.lines()
                .map(String::strip)
                .reduce((a, b) -> a + (b.isEmpty() ? "\n\n" : a.endsWith("\n") ? b : " " + b))
                .orElse("");
    }

    private static String inTable(String text) {
        return text.replaceAll("\\s+", " ").replace("|", "\\|").replace("<", "&lt;");
    }

    private void services(FileDescriptorProto file) {
        open(file);
        for (int s = 0; s < file.getServiceCount(); s++) {
            ServiceDescriptorProto service = file.getService(s);
            page.append("## ")
                    .append(service.getName())
                    .append("\n\n")
                    .append(comment(6, s))
                    .append("\n\n");
            page.append("| call | takes | returns | |\n|---|---|---|---|\n");
            for (int m = 0; m < service.getMethodCount(); m++) {
                MethodDescriptorProto call = service.getMethod(m);
                page.append("| `%s` | %s%s | %s%s | %s |\n"
                        .formatted(
                                call.getName(),
                                call.getClientStreaming() ? "stream of " : "",
                                link(call.getInputType()),
                                call.getServerStreaming() ? "stream of " : "",
                                link(call.getOutputType()),
                                inTable(comment(6, s, 2, m))));
            }
            page.append('\n');
        }
    }

    private void types(FileDescriptorProto file) {
        open(file);
        for (int m = 0; m < file.getMessageTypeCount(); m++) {
            message(file.getMessageType(m), m);
        }
        for (int e = 0; e < file.getEnumTypeCount(); e++) {
            enumeration(file.getEnumType(e), e);
        }
    }

    private void message(DescriptorProto message, int index) {
        page.append("### ")
                .append(message.getName())
                .append("\n\n")
                .append(comment(4, index))
                .append("\n\n");
        if (message.getFieldCount() == 0) {
            return;
        }
        page.append("| field | type | |\n|---|---|---|\n");
        for (int f = 0; f < message.getFieldCount(); f++) {
            FieldDescriptorProto field = message.getField(f);
            page.append("| `%s` | %s | %s |\n"
                    .formatted(field.getName(), type(message, field), inTable(comment(4, index, 2, f))));
        }
        page.append('\n');
    }

    private static String type(DescriptorProto message, FieldDescriptorProto field) {
        String type = field.getTypeName().isEmpty()
                ? field.getType().name().substring("TYPE_".length()).toLowerCase(Locale.ROOT)
                : link(field.getTypeName());
        if (field.getLabel() == FieldDescriptorProto.Label.LABEL_REPEATED) {
            return "repeated " + type;
        }
        if (field.getProto3Optional()) {
            return "optional " + type;
        }
        return field.hasOneofIndex()
                ? type + ", one of `"
                        + message.getOneofDecl(field.getOneofIndex()).getName() + "`"
                : type;
    }

    private static String link(String type) {
        if (!type.startsWith(PACKAGE)) {
            return type.substring(1);
        }
        String name = type.substring(PACKAGE.length());
        return "[%s](#%s)".formatted(name, name.toLowerCase(Locale.ROOT));
    }

    private void enumeration(EnumDescriptorProto type, int index) {
        page.append("### ")
                .append(type.getName())
                .append("\n\n")
                .append(comment(5, index))
                .append("\n\n");
        page.append("| value | |\n|---|---|\n");
        for (int v = 0; v < type.getValueCount(); v++) {
            EnumValueDescriptorProto value = type.getValue(v);
            page.append("| `%s` = %d | %s |\n"
                    .formatted(value.getName(), value.getNumber(), inTable(comment(5, index, 2, v))));
        }
        page.append('\n');
    }
}
