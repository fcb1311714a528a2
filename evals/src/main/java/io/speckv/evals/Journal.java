package io.speckv.evals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The file of finished samples, one JSON object a line, only ever added to, by any thread.
 *
 * <p>A run that is killed while it writes leaves half a line at the end, which the next run removes. One journal belongs
 * to one pair of models: it does not record which.
 */
final class Journal {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    Journal(Path file) {
        this.file = file;
    }

    /**
     * Returns what is finished, in the order it was.
     *
     * @throws IOException if a line that was written whole is not a finished sample; the message names the line
     */
    List<FinishedSample> read() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        String content = Files.readString(file);
        int whole = content.lastIndexOf('\n') + 1;
        if (whole < content.length()) {
            Files.writeString(file, content.substring(0, whole));
        }
        List<FinishedSample> finished = new ArrayList<>();
        List<String> lines = content.substring(0, whole).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            try {
                finished.add(JSON.readValue(lines.get(i), FinishedSample.class));
            } catch (JsonProcessingException e) {
                throw new IOException(file + ":" + (i + 1) + " is not a finished sample: " + e.getOriginalMessage(), e);
            }
        }
        return finished;
    }

    synchronized void add(FinishedSample sample) throws IOException {
        byte[] line = (JSON.writeValueAsString(sample) + "\n").getBytes(StandardCharsets.UTF_8);
        Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
