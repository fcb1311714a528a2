package io.speckv.evals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The file of a run's finished work, with one JSON object per line. Any thread may append lines; nothing is changed.
 *
 * <p>A run that is killed while it writes leaves half a line at the end, which the next run removes. A journal belongs to one
 * pair of models, which it does not record.
 *
 * @param <T> a record: one finished piece of work
 */
public final class Journal<T> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Class<T> type;

    public Journal(Path file, Class<T> type) {
        this.file = file;
        this.type = type;
    }

    /**
     * Returns the finished work in the order in which it was added.
     *
     * @throws IOException if a complete line is not one of this journal; the message names the line
     */
    public synchronized List<T> read() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        // Bytes, as half a line may end in the middle of a character.
        byte[] content = Files.readAllBytes(file);
        List<T> finished = new ArrayList<>();
        int whole = 0;
        for (int i = 0; i < content.length; i++) {
            if (content[i] == '\n') {
                finished.add(line(finished.size() + 1, content, whole, i - whole));
                whole = i + 1;
            }
        }
        if (whole < content.length) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(whole);
            }
        }
        return finished;
    }

    private T line(int number, byte[] content, int offset, int length) throws IOException {
        try {
            return JSON.readValue(content, offset, length, type);
        } catch (JsonProcessingException e) {
            throw new IOException(file + ":" + number + " is not a finished sample: " + e.getOriginalMessage(), e);
        }
    }

    /** Adds a line. */
    public synchronized void add(T line) throws IOException {
        byte[] bytes = (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
        Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
