package io.speckv.proto;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules of buf's STANDARD lint category, by buf's names, over descriptors with source info. */
final class StyleRules {
    private static final Pattern PASCAL = Pattern.compile("[A-Z][A-Za-z0-9]*");
    private static final Pattern LOWER_SNAKE = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
    private static final Pattern UPPER_SNAKE = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*");
    private static final Pattern PACKAGE =
            Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*\\.v[0-9]+((alpha|beta)[0-9]+)?");

    private final List<String> violations = new ArrayList<>();
    private final Set<String> rpcTypes = new HashSet<>();

    private StyleRules() {}

    /** Returns every violation as "RULE where", empty for clean files. */
    static List<String> violations(List<FileDescriptorProto> files) {
        StyleRules rules = new StyleRules();
        files.forEach(rules::file);
        rules.require(
                files.stream()
                                .map(file -> file.getPackage()
                                        + file.getOptions().getJavaPackage()
                                        + file.getOptions().getJavaMultipleFiles())
                                .distinct()
                                .count()
                        <= 1,
                "PACKAGE_SAME_JAVA_PACKAGE",
                "all files");
        return rules.violations;
    }

    private void require(boolean holds, String rule, String where) {
        if (!holds) {
            violations.add(rule + " " + where);
        }
    }

    private void file(FileDescriptorProto file) {
        String name = file.getName();
        String directory = name.contains("/") ? name.substring(0, name.lastIndexOf('/')) : "";
        String base = name.substring(name.lastIndexOf('/') + 1).replaceFirst("\\.proto$", "");
        require(LOWER_SNAKE.matcher(base).matches(), "FILE_LOWER_SNAKE_CASE", name);
        require(!file.getPackage().isEmpty(), "PACKAGE_DEFINED", name);
        require(PACKAGE.matcher(file.getPackage()).matches(), "PACKAGE_VERSION_SUFFIX", name);
        require(directory.equals(file.getPackage().replace('.', '/')), "PACKAGE_DIRECTORY_MATCH", name);
        require(file.getSyntax().equals("proto3"), "SYNTAX_SPECIFIED", name);
        require(file.getPublicDependencyCount() == 0, "IMPORT_NO_PUBLIC", name);
        require(file.getWeakDependencyCount() == 0, "IMPORT_NO_WEAK", name);
        file.getMessageTypeList().forEach(message -> message(message, file.getPackage() + "."));
        file.getEnumTypeList().forEach(e -> enumeration(e, file.getPackage() + "."));
        file.getServiceList().forEach(service -> service(service, file.getPackage() + "."));
    }

    private void message(DescriptorProto message, String scope) {
        String where = scope + message.getName();
        require(PASCAL.matcher(message.getName()).matches(), "MESSAGE_PASCAL_CASE", where);
        for (FieldDescriptorProto field : message.getFieldList()) {
            require(
                    LOWER_SNAKE.matcher(field.getName()).matches(),
                    "FIELD_LOWER_SNAKE_CASE",
                    where + "." + field.getName());
            require(
                    field.getLabel() != FieldDescriptorProto.Label.LABEL_REQUIRED,
                    "FIELD_NOT_REQUIRED",
                    where + "." + field.getName());
        }
        message.getOneofDeclList().stream()
                .filter(oneof -> !oneof.getName().startsWith("_")) // the compiler's own, for "optional"
                .forEach(oneof -> require(
                        LOWER_SNAKE.matcher(oneof.getName()).matches(),
                        "ONEOF_LOWER_SNAKE_CASE",
                        where + "." + oneof.getName()));
        message.getEnumTypeList().forEach(e -> enumeration(e, where + "."));
        message.getNestedTypeList().stream()
                .filter(nested -> !nested.getOptions().getMapEntry())
                .forEach(nested -> message(nested, where + "."));
    }

    private void enumeration(EnumDescriptorProto e, String scope) {
        String where = scope + e.getName();
        String prefix = e.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT) + "_";
        require(PASCAL.matcher(e.getName()).matches(), "ENUM_PASCAL_CASE", where);
        require(!e.getOptions().getAllowAlias(), "ENUM_NO_ALLOW_ALIAS", where);
        require(e.getValue(0).getNumber() == 0, "ENUM_FIRST_VALUE_ZERO", where);
        require(e.getValue(0).getName().endsWith("_UNSPECIFIED"), "ENUM_ZERO_VALUE_SUFFIX", where);
        e.getValueList().forEach(value -> {
            require(UPPER_SNAKE.matcher(value.getName()).matches(), "ENUM_VALUE_UPPER_SNAKE_CASE", value.getName());
            require(value.getName().startsWith(prefix), "ENUM_VALUE_PREFIX", value.getName());
        });
    }

    private void service(ServiceDescriptorProto service, String scope) {
        String where = scope + service.getName();
        require(PASCAL.matcher(service.getName()).matches(), "SERVICE_PASCAL_CASE", where);
        require(service.getName().endsWith("Service"), "SERVICE_SUFFIX", where);
        for (MethodDescriptorProto rpc : service.getMethodList()) {
            String at = where + "." + rpc.getName();
            require(PASCAL.matcher(rpc.getName()).matches(), "RPC_PASCAL_CASE", at);
            require(standardName(rpc.getInputType(), scope, service, rpc, "Request"), "RPC_REQUEST_STANDARD_NAME", at);
            require(
                    standardName(rpc.getOutputType(), scope, service, rpc, "Response"),
                    "RPC_RESPONSE_STANDARD_NAME",
                    at);
            require(rpcTypes.add(rpc.getInputType()), "RPC_REQUEST_RESPONSE_UNIQUE", at);
            require(rpcTypes.add(rpc.getOutputType()), "RPC_REQUEST_RESPONSE_UNIQUE", at);
        }
    }

    private static boolean standardName(
            String type, String scope, ServiceDescriptorProto service, MethodDescriptorProto rpc, String suffix) {
        return type.equals("." + scope + rpc.getName() + suffix)
                || type.equals("." + scope + service.getName() + rpc.getName() + suffix);
    }
}
