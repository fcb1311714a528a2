package io.speckv.cli.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.TokenIds;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A prompt as text, as a file ({@code -} for standard input) or as token ids. Exactly one of these is given. */
public final class PromptArguments {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String WANTED = "expected a JSON array of token ids";

    @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "the prompt")
    @Nullable
    String text;

    @Option(
            names = {"--file", "--prompt-file"},
            converter = OptionPaths.InputFileOrStandard.class,
            required = true,
            paramLabel = "FILE",
            description = "file of the prompt, - for stdin")
    @Nullable
    Path file;

    @Option(
            names = "--prompt-ids",
            converter = OptionPaths.InputFile.class,
            required = true,
            paramLabel = "FILE",
            description = "JSON file with the prompt's token ids")
    @Nullable
    Path ids;

    /** Returns the prompt's text, or null if ids were given. */
    @Nullable
    public String text() throws IOException {
        if (text != null) {
            return text;
        }
        return file == null ? null : TextFile.read(file);
    }

    public int[] tokens(@Nullable String prompt, Tokenizer tokenizer) throws IOException {
        int[] tokens = prompt == null
                ? readIds()
                : tokenizer.encode(prompt, SpecialTokens.INCLUDED).ids();
        if (tokens.length == 0) {
            throw new WrongInputException("the prompt is empty; it needs at least one token");
        }
        return tokens;
    }

    /** Returns the prompt of a request. */
    public Prompt toProto() throws IOException {
        String prompt = text();
        return prompt == null
                ? Prompt.newBuilder()
                        .setTokenIds(TokenIds.newBuilder()
                                .addAllIds(Arrays.stream(readIds()).boxed().toList()))
                        .build()
                : Prompt.newBuilder().setText(prompt).build();
    }

    private int[] readIds() throws IOException {
        if (ids == null) {
            throw new WrongInputException("no prompt is given; use --prompt, --prompt-file or --prompt-ids");
        }
        JsonNode array;
        try {
            array = JSON.readTree(TextFile.read(ids));
        } catch (JsonProcessingException e) {
            throw new WrongInputException(ids + ": " + WANTED + ", found " + e.getOriginalMessage(), e);
        }
        if (!array.isArray()) {
            throw new WrongInputException(ids + ": " + WANTED + ", found "
                    + (array.isMissingNode()
                            ? "nothing"
                            : array.getNodeType().name().toLowerCase(Locale.ROOT)));
        }
        int[] tokens = new int[array.size()];
        for (int i = 0; i < tokens.length; i++) {
            // A number with a fraction, a text or a null would be another token than the one that was meant.
            JsonNode id = array.get(i);
            if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
                throw new WrongInputException(
                        ids + ": found " + id + " at place " + i + "; a token id is a whole number from 0 on");
            }
            tokens[i] = id.intValue();
        }
        return tokens;
    }
}
