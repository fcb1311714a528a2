package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files and folders that are not there, or not what an option needs: all are told alike, before anything long begins. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class WrongFilesTest {
    @TempDir
    Path folder;

    private CommandRun run(String arguments) throws IOException {
        Files.write(folder.resolve("latin1"), "na\u00efve".getBytes(StandardCharsets.ISO_8859_1));
        Files.writeString(folder.resolve("text"), "a text");
        Files.writeString(folder.resolve("nameless.yaml"), "max_capacity_prompt: 64\n");
        Files.writeString(folder.resolve("twice.yaml"), "window_size: 8\nwindow_size: 16\n");
        return CommandRun.of(arguments.replace("{dir}", folder.toString()).split(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        generate --file {dir}/none                        | --file is '{dir}/none'; there is no such file
        tokenize --prompt-file {dir}                      | is '{dir}'; it is a folder, and must be a file
        generate --prompt-ids {dir}/none                  | --prompt-ids is '{dir}/none'; there is no such file
        explain --prompt a --config {dir}/none            | --config is '{dir}/none'; there is no such file
        explain --prompt a --config {dir}                 | --config is '{dir}'; it is a folder, and must be a file
        explain --prompt a --html {dir}/none/x.html       | --html is '{dir}/none/x.html'; there is no folder '{dir}/none'
        explain --prompt a --html {dir}                   | --html is '{dir}'; it is a folder, and must be a file
        describe --token-file {dir}/none                  | --token-file is '{dir}/none'; there is no such file
        describe --tls-ca {dir}/none                      | --tls-ca is '{dir}/none'; there is no such file
        demo --question a --file {dir}/none               | --file is '{dir}/none'; there is no such file
        demo --html {dir}/none/x.html                     | there is no folder '{dir}/none' to write it into
        run --prompt a --target {dir}/none                | --target is '{dir}/none'; there is no such file or folder
        generate --prompt a --target {dir} --draft {dir}/none | --draft is '{dir}/none'; there is no such file or folder
        up --draft {dir}/none                             | --draft is '{dir}/none'; there is no such file or folder
        up --classifier {dir}/text                        | --classifier is '{dir}/text'; it is a file, and must be a folder
        pair {dir}/none {dir}                             | TARGET is '{dir}/none'; there is no such file or folder
        pair {dir} {dir} --out {dir}/text                 | --out is '{dir}/text'; it is a file, and must be a folder
        eval ruler --essay {dir}/none                     | --essay is '{dir}/none'; there is no such file
        eval ruler --markdown {dir}/none/x.md             | --markdown is '{dir}/none/x.md'; there is no folder
        eval precision --reference {dir}/none             | --reference is '{dir}/none'; there is no such file
        bench engine --json {dir}/none/x.json             | --json is '{dir}/none/x.json'; there is no folder
        bench turns --text {dir}/none                     | --text is '{dir}/none'; there is no such file
        train --settings {dir}/none                       | --settings is '{dir}/none'; there is no such file
        train --settings {dir}/text --text {dir}/none     | --text is '{dir}/none'; there is no such file or folder
        distill --target {dir}/none                       | --target is '{dir}/none'; there is no such file or folder
        distill --draft {dir}/text                        | --draft is '{dir}/text'; it is a file, and must be a folder
        distill --text {dir} --text {dir}/none            | --text is '{dir}/none'; there is no such file or folder
        distill --held-out {dir}/none                     | --held-out is '{dir}/none'; there is no such file or folder
        distill --out {dir}/text                          | --out is '{dir}/text'; it is a file, and must be a folder
        distill --export {dir}/text                       | --export is '{dir}/text'; it is a file, and must be a folder
        prune --target {dir}/none                         | --target is '{dir}/none'; there is no such file or folder
        prune --out {dir}/text                            | --out is '{dir}/text'; it is a file, and must be a folder
        draft-vocabulary --model {dir} --keep 1 {dir}     | FILE is '{dir}'; it is a folder, and must be a file
        doctor --report {dir}/none/x.json                 | --report is '{dir}/none/x.json'; there is no folder
        """)
    void areNamedWithTheirOption(String arguments, String message) throws IOException {
        CommandRun run = run(arguments);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("speckv: ").contains(message.replace("{dir}", folder.toString()));
        assertThat(run.err().lines()).hasSize(2);
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "generate --file {dir}/latin1",
        "tokenize --file {dir}/latin1",
        "explain --file {dir}/latin1",
        "generate --prompt-ids {dir}/latin1",
        "chat --config {dir}/latin1",
        "demo --question a --file {dir}/latin1",
        "bench turns --text {dir}/latin1",
    })
    void whatIsNoUtf8IsNamedWithItsFirstWrongByte(String arguments) throws IOException {
        CommandRun run = run(arguments);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("speckv: " + folder.resolve("latin1")
                        + " is not text in UTF-8: byte 2, counted from 0, is 0xEF");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        generate --prompt a --config {dir}/nameless.yaml | nameless.yaml names no method (its key sparse_type); say --method
        run --target {dir} --prompt a --config {dir}/nameless.yaml | names no method (its key sparse_type); say --method
        generate --prompt a --config {dir}/text          | text: expected YAML of settings, found
        generate --prompt a --config {dir}/twice.yaml    | twice.yaml: expected YAML of settings, found Duplicate field 'window_size'
        generate --prompt a --set specpc={"a":1,"a":2}   | --set specpc is '{"a":1,"a":2}'; it must be a value in YAML
        generate --prompt a --set window_size=[          | --set window_size is '['; it must be a value in YAML
        eval ruler --set specpc.window_size=[            | --set specpc.window_size is '['; it must be a value in YAML
        """)
    void settingsOfNoMethodAreToldWhatIsMissing(String arguments, String message) throws IOException {
        CommandRun run = run(arguments);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(message);
        assertThat(run.err().lines()).hasSize(1);
    }
}
