package io.speckv.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.speckv.cli.FakeRouter;
import io.speckv.cli.Main;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.client.RouterException;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.GenerateRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ParseResult;

class FieldOptionsTest {
    private static RouterException refusal(String field) {
        try (FakeRouter router = FakeRouter.failing(
                        Failures.encode(RequestException.invalidField(field, "is wrong, must be right")));
                RouterClient client = new ConnectionArguments().open(router.address())) {
            return catchThrowableOfType(
                    RouterException.class, () -> client.generate(GenerateRequest.getDefaultInstance(), message -> {}));
        }
    }

    private static String told(String field, String... command) {
        ParseResult given = Main.commandLine().parseArgs(command).subcommand();
        return FieldOptions.told(refusal(field), given);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        prompt                                  | generate --prompt x                     | --prompt
        prompt.text                             | generate --prompt x                     | --prompt
        prompt                                  | explain --file -                        | --file
        prompt.chat                             | tokenize --chat --prompt x              | --chat
        model                                   | chat --model y                          | --model
        fallback                                | generate --prompt x --fallback fail     | --fallback
        method                                  | explain --prompt x --method y           | --method
        method.name                             | generate --prompt x --method y          | --method
        protection.turns                        | chat --turns frozen                     | --turns
        sampling.top_p                          | chat --top-p 1                          | --top-p
        sampling.stop[2]                        | generate --prompt x --stop y            | --stop
        sampling.max_new_tokens                 | generate --prompt x                     | --max-new-tokens
        max_new_tokens                          | explain --prompt x                      | --max-new-tokens
        method.extra_settings.preset            | generate --prompt x --preset y          | --preset
        method.extra_settings.window_size       | generate --prompt x --set window_size=1 | --set window_size
        method.extra_settings.window_size       | generate --prompt x --set specpc.window_size=1 | --set specpc.window_size
        method.extra_settings.specpc.window_size| generate --prompt x --set specpc={window_size:1} | --set specpc
        """)
    void aFieldIsTheOptionThatSetsIt(String field, String command, String option) {
        assertThat(told(field, command.split(" ")))
                .contains("INVALID_ARGUMENT (FIELD_INVALID): " + option + " is wrong, must be right")
                .contains("\n  option: " + option)
                .doesNotContain("field: ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        fallback                          | explain --prompt x
        prompt.chat                       | chat
        continue_drafting                 | chat
        protection.share                  | chat
        method.extra_settings.window_size | generate --prompt x --set kernel_size=1
        sampling.top_logprobs             | generate --prompt x
        """)
    void aFieldThatNoOptionOfTheCommandSetsKeepsItsName(String field, String command) {
        assertThat(told(field, command.split(" ")))
                .contains("(FIELD_INVALID): " + field + " is wrong")
                .contains("\n  field: " + field);
    }

    @Test
    void aWrongTokenIsNamedByItsPlaceInTheFile(@TempDir Path folder) throws IOException {
        String ids = Files.writeString(folder.resolve("ids.json"), "[1, 2]").toString();

        assertThat(told("prompt.token_ids.ids[1]", "generate", "--prompt-ids", ids))
                .contains("(FIELD_INVALID): --prompt-ids's place 1 is wrong");
    }

    @Test
    void aSettingOfAFileIsTheFiles(@TempDir Path folder) throws IOException {
        String config =
                Files.writeString(folder.resolve("a.yaml"), "window_size: 0\n").toString();

        assertThat(told("method.extra_settings.window_size", "generate", "--prompt", "x", "--config", config))
                .contains("(FIELD_INVALID): --config's window_size is wrong");
    }
}
