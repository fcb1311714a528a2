package io.speckv.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The templates of a model folder by name: {@code chat_template.jinja} as {@code default}, the files in
 * {@code additional_chat_templates}, and further ones in {@code chat_template} of the tokenizer's configuration, which holds
 * one template or several with names.
 */
public final class TemplateFiles {
    public static final String DEFAULT = "default";
    public static final String FILE = "chat_template.jinja";
    private static final String FOLDER = "additional_chat_templates";
    private static final String ENDING = ".jinja";

    private TemplateFiles() {}

    public static Map<String, String> read(Path folder, JsonNode config) {
        Map<String, String> templates = new LinkedHashMap<>();
        JsonNode found = config.path("chat_template");
        if (found.isTextual()) {
            templates.put(DEFAULT, found.textValue());
        } else if (found.isObject()) {
            found.properties()
                    .forEach(entry ->
                            templates.put(entry.getKey(), entry.getValue().asText()));
        }
        if (found.isArray()) {
            for (JsonNode entry : found) {
                templates.put(
                        entry.path("name").asText(), entry.path("template").asText());
            }
        }
        Path file = folder.resolve(FILE);
        if (Files.exists(file)) {
            templates.put(DEFAULT, text(file));
        }
        templates.putAll(additional(folder.resolve(FOLDER)));
        return templates;
    }

    private static Map<String, String> additional(Path folder) {
        Map<String, String> templates = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
                for (Path file : files) {
                    String name = String.valueOf(file.getFileName());
                    templates.put(name.substring(0, name.length() - ENDING.length()), text(file));
                }
            } catch (IOException e) {
                throw unreadable(folder, e);
            }
        }
        return templates;
    }

    private static String text(Path file) {
        try {
            String text = Files.readString(file);
            return ByteOrderMark.without(text);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static ChatTemplateException unreadable(Path file, IOException e) {
        return new ChatTemplateException(file + ": expected a readable file, found " + e, e);
    }
}
