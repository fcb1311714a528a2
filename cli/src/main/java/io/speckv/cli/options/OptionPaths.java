package io.speckv.cli.options;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;

/**
 * Converters of files and folders in options. A path that is missing or of the wrong kind is refused when the option is read,
 * before anything long begins: each converter throws {@link WrongInputException} with a sentence that continues the option's
 * name.
 */
public final class OptionPaths {
    private OptionPaths() {}

    /** A file to read. */
    public static final class InputFile implements ITypeConverter<Path> {
        @Override
        public Path convert(String text) {
            return file(text);
        }
    }

    /** A file to read, or {@code -} for standard input. */
    public static final class InputFileOrStandard implements ITypeConverter<Path> {
        @Override
        public Path convert(String text) {
            return text.equals("-") ? Path.of(text) : file(text);
        }
    }

    /** A folder to read. */
    public static final class InputFolder implements ITypeConverter<Path> {
        @Override
        public Path convert(String text) {
            return readable(existingFolder(text, path(text)), text);
        }

        private static Path existingFolder(String text, Path path) {
            if (!Files.exists(path)) {
                throw refused(text, "there is no such folder");
            }
            return folder(path, text);
        }
    }

    /** A file or folder to read, such as a checkpoint. */
    public static final class Input implements ITypeConverter<Path> {
        @Override
        public Path convert(String text) {
            Path path = path(text);
            if (!Files.exists(path)) {
                throw refused(text, "there is no such file or folder");
            }
            return readable(path, text);
        }
    }

    /** A file to write, in an existing folder. */
    public static final class OutputFile implements ITypeConverter<Path> {
        @Override
        public Path convert(String text) {
            Path path = path(text);
            Path folder = path.toAbsolutePath().getParent();
            if (folder == null || Files.isDirectory(path)) {
                throw refused(text, "it is a folder, and must be a file");
            }
            if (!Files.isDirectory(folder)) {
                throw refused(text, "there is no folder '" + path.getParent() + "' to write it into");
            }
            if (!Files.isWritable(Files.exists(path) ? path : folder)) {
                throw refused(text, "it may not be written");
            }
            return path;
        }
    }

    /** A folder to write to, which is created if it does not exist. */
    public static final class OutputFolder implements ITypeConverter<Path> {
        @Override
        public Path convert(String text) {
            Path path = path(text);
            return Files.exists(path) ? folder(path, text) : path;
        }
    }

    private static Path file(String text) {
        Path path = path(text);
        if (!Files.exists(path)) {
            throw refused(text, "there is no such file");
        }
        if (Files.isDirectory(path)) {
            throw refused(text, "it is a folder, and must be a file");
        }
        return readable(path, text);
    }

    private static Path folder(Path path, String text) {
        if (!Files.isDirectory(path)) {
            throw refused(text, "it is a file, and must be a folder");
        }
        return path;
    }

    private static Path readable(Path path, String text) {
        if (!Files.isReadable(path)) {
            throw refused(text, "it may not be read");
        }
        return path;
    }

    private static Path path(String text) {
        if (text.isEmpty()) {
            throw refused(text, "it must name a file or a folder");
        }
        return WrongInputException.ifRefused(() -> Path.of(text));
    }

    private static WrongInputException refused(String text, String why) {
        return WrongInputException.ofValue("'" + text + "'", why, null);
    }
}
