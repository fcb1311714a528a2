package io.speckv.http.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of errors in {@code docs/openai.md} has every code that clients can see, beside its status. */
class ErrorTableTest {
    private static final Pattern OWN_ERROR =
            Pattern.compile("ApiError\\.(?:request|busy)\\(\\s*(\\d{3}),\\s*\"(\\w+)\"");

    private static void assertListed(String status, String code) throws IOException {
        List<String> rows = Files.readAllLines(Path.of("../docs/openai.md")).stream()
                .filter(line -> line.matches("\\| [0-9, ]+ \\| `.*"))
                .toList();
        assertThat(rows)
                .as("%s %s", status, code)
                .anySatisfy(row -> assertThat(row).contains("`" + code + "`").containsPattern("^\\|[0-9, ]*" + status));
    }

    @ParameterizedTest
    @EnumSource(FailureCode.class)
    void everyReasonHasItsPlace(FailureCode reason) throws IOException {
        StatusRuntimeException thrown = Failures.encode(RequestException.of(reason, "it failed"));
        ApiError error = ApiError.of(thrown, () -> {
            throw new AssertionError("no field is at fault");
        });

        assertListed(String.valueOf(error.status()), error.code());
    }

    @Test
    void soHasEveryErrorOfTheGatewayItself() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                for (var error :
                        OWN_ERROR.matcher(Files.readString(file)).results().toList()) {
                    assertListed(error.group(1), error.group(2));
                }
            }
        }
    }
}
