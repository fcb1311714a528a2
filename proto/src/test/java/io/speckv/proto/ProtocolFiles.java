package io.speckv.proto;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;

/** The descriptor set, with comments, that the build puts beside the generated classes. */
final class ProtocolFiles {
    private ProtocolFiles() {}

    /** Returns the project's own files, in the order in which the compiler wrote them. */
    static List<FileDescriptorProto> own() throws IOException {
        try (InputStream in = ProtocolFiles.class.getResourceAsStream("/speckv/v1.binpb")) {
            return FileDescriptorSet.parseFrom(Objects.requireNonNull(in)).getFileList().stream()
                    .filter(file -> file.getPackage().startsWith("speckv."))
                    .toList();
        }
    }
}
