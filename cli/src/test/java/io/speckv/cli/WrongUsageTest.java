package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arguments that cannot be read: {@link WrongUsage} says in one line what is wrong, and in a second one where it is explained. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class WrongUsageTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        generate --prompt a --max-new-tokens x     | --max-new-tokens is 'x'; it must be a whole number
        generate --prompt a --max-new-tokens -1    | --max-new-tokens is -1; it must be at least 1
        generate --prompt a --max-new-tokens 1e9   | --max-new-tokens is '1e9'; it must be a whole number
        generate --prompt a --top-k 9999999999     | --top-k is 9999999999; it must be at most 2147483647
        explain --prompt a --top-k=-1              | --top-k is -1; it must be at least 0
        chat --stop-token 3 --stop-token=-3        | --stop-token is -3; it must be at least 0
        run --target . --prompt a --seed abc       | --seed is 'abc'; it must be a whole number
        generate --prompt a --temperature hot      | --temperature is 'hot'; it must be a number
        generate --prompt a --temperature -1       | --temperature is -1; it must be at least 0
        generate --prompt a --temperature NaN      | --temperature is NaN; it must be at least 0
        generate --prompt a --top-p 0              | --top-p is 0; it must be above 0 and at most 1
        generate --prompt a --min-p 1.5            | --min-p is 1.5; it must be from 0 to 1
        generate --prompt a --repetition-penalty 0 | --repetition-penalty is 0; it must be above 0
        generate --prompt a --presence-penalty 3   | --presence-penalty is 3; it must be from -2 to 2
        chat --recent-tokens -5                    | --recent-tokens is -5; it must be at least 0
        describe --timeout 0                       | --timeout is 0; it must be at least 1
        demo --max-new-tokens -1                   | --max-new-tokens is -1; it must be at least 1
        up --port 99999                            | --port is 99999; it must be at most 65535
        up --http-port -2                          | --http-port is -2; it must be at least -1
        eval ruler --budgets 128,x                 | --budgets is 'x'; it must be a whole number
        eval ruler --budgets 0                     | --budgets is 0; it must be at least 1
        eval ruler --lengths 2kb                   | --lengths is '2kb'; it must be a number of tokens, such as 2048 or 2k
        pair . . --samples 0                       | --samples is 0; it must be at least 1
        bench engine --prompt 0                    | --prompt is 0; it must be at least 1
        doctor --golden-runs 0                     | --golden-runs is 0; it must be at least 1
        train --minutes -1                         | --minutes is -1; it must be at least 1
        train --minutes 9223372036854775807        | --minutes is 9223372036854775807; it must be at most 525600
        distill --minutes 0                        | --minutes is 0; it must be at least 1
        distill --minutes 9223372036854775807      | --minutes is 9223372036854775807; it must be at most 525600
        distill --stop-at 0                        | --stop-at is 0; it must be at least 1
        distill --tokens 0                         | --tokens is 0; it must be at least 1
        distill --length 0                         | --length is 0; it must be at least 1
        distill --step-tokens 0                    | --step-tokens is 0; it must be at least 1
        distill --rate 0                           | --rate is 0; it must be above 0
        distill --repeats 1.5                      | --repeats is 1.5; it must be from 0 to 1
        prune --layers 0                           | --layers is 0; it must be at least 1
        prune --keep 0,-1                          | --keep is -1; it must be at least 0
        generate --prompt a --foo bar              | there is no option '--foo'
        generate --prompt a --max-new-token 1      | there is no option '--max-new-token'; there is --max-new-tokens
        describ                                    | there is no command 'describ'; there is describe
        describe everything                        | there is no argument 'everything'
        generate                                   | Missing required argument (specify one of these): (--prompt=TEXT
        generate --prompt a --set foo              | should be in KEY=VALUE format but was foo
        """)
    void isOneSentenceAndAWayToTheHelp(String arguments, String message) {
        CommandRun run = CommandRun.of(arguments.split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("speckv: ").contains(message);
        assertThat(run.err().lines()).hasSize(2).last().asString().matches("see './speckv( [a-z]+)* --help'");
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        bench cascade --methods full,spek              | --methods is 'spek'; there are [full, snapkv
        bench throughput --prompt-min 9 --prompt-max 8 | --prompt-min is 9; it must be at most --prompt-max, 8
        bench engine --peers foo                       | --peers is 'foo'; use llama.cpp
        eval ruler --methods spek                      | spek
        train --settings ../LICENSE --out x --text .   | --settings ../LICENSE: expected JSON of settings, found
        """)
    void aMistakeShowsBeforeAnythingIsMadeOrMeasured(String arguments, String message) {
        CommandRun run = CommandRun.of(arguments.split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("speckv: ").contains(message);
        assertThat(run.err().lines()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"generate --prompt a --top-k x, generate", "eval ruler --budgets x, eval ruler", "foo, ''"})
    void namesTheHelpOfTheCommandThatWasGiven(String arguments, String command) {
        String help = Stream.of("./speckv", command, "--help")
                .filter(word -> !word.isEmpty())
                .reduce((a, b) -> a + " " + b)
                .orElseThrow();

        assertThat(CommandRun.of(arguments.split(" ")).err()).endsWith("see '" + help + "'" + System.lineSeparator());
    }
}
