package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.GenerateRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The page as a chat, in a real browser. */
final class ChatPageTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final String ANSWER = """
            The **code** is `4711`, see [the rules](https://example.org/rules "why").

            - keep it
            - <img src=x onerror="document.title='taken'"> tell nobody

            ```python
            print("4711")
            ```
            """;

    private final FakeInference service = FakeInference.scripted(AnswerMarks.getDefaultInstance(), request -> ANSWER);

    @TempDir(cleanup = CleanupMode.NEVER)
    Path profile = Path.of("");

    private Path binary = Path.of("");

    @BeforeEach
    void needsABrowser() throws Exception {
        var installed = Chromium.installed();
        assumeTrue(installed.isPresent(), "no Chromium is installed: the page is not tested");
        binary = installed.orElseThrow();
        Files.createDirectories(SCREENSHOTS);
    }

    private static Chromium open(RunningGateway server, Chromium browser, String scheme) throws Exception {
        browser.value("window.left = true"); // what is true of a page before a reload must not count
        browser.open(server.url("/"), 1280, 900, scheme);
        browser.until("!window.left && document.getElementById('method')?.value === 'specpc'");
        return browser;
    }

    /** Asks as a visitor does and waits for the answer. */
    private static void ask(Chromium browser, String question) throws Exception {
        int turns =
                browser.value("document.querySelectorAll('#turns > li').length").asInt();
        browser.value("document.getElementById('question').value = '" + question
                + "'; document.getElementById('send').click()");
        browser.until("document.querySelectorAll('#turns > li').length === " + (turns + 1)
                + " && !document.getElementById('send').disabled");
    }

    private List<String> nextAsked() throws Exception {
        GenerateRequest request = service.requests.take();
        return request.getPrompt().getChat().getMessagesList().stream()
                .map(message -> message.getRole() + ": " + message.getContent())
                .toList();
    }

    @Test
    void aQuestionGoesOnFromTheTurnsBeforeIt() throws Exception {
        try (RunningGateway server = new RunningGateway(service);
                Chromium browser = open(server, new Chromium(binary, profile), "light")) {
            browser.value("""
                document.getElementById('document').value = 'The code is 4711.';
                document.getElementById('system').value = 'Be brief.';
                document.getElementById('temperature').value = '0.5';
                document.getElementById('top-p').value = '0.9';\
                """);
            ask(browser, "What is the code?");
            ask(browser, "And the rules?");

            assertThat(nextAsked())
                    .containsExactly("system: Be brief.", "user: The code is 4711.\n\nWhat is the code?");
            GenerateRequest second = service.requests.element();
            assertThat(nextAsked())
                    .containsExactly(
                            "system: Be brief.",
                            "user: The code is 4711.\n\nWhat is the code?",
                            "assistant: " + ANSWER,
                            "user: And the rules?");
            assertThat(second.getSampling().getTemperature()).isEqualTo(0.5f);
            assertThat(second.getSampling().getTopP()).isEqualTo(0.9f);
            assertThat(browser.value("document.getElementById('question').value")
                            .asText())
                    .isEmpty();
            browser.screenshot(SCREENSHOTS.resolve("chat.png"));
            assertThat(browser.complaints).isEmpty();
        }
    }

    @Test
    void answersAreMarkdownAndNothingInThemIsObeyed() throws Exception {
        try (RunningGateway server = new RunningGateway(service);
                Chromium browser = open(server, new Chromium(binary, profile), "dark")) {
            ask(browser, "What is the code?");

            assertThat(browser.value("document.querySelector('.text strong').textContent")
                            .asText())
                    .isEqualTo("code");
            assertThat(browser.value("document.querySelector('.text pre code').textContent.trim()")
                            .asText())
                    .isEqualTo("print(\"4711\")");
            assertThat(browser.value("document.querySelector('.text a').rel").asText())
                    .isEqualTo("noopener noreferrer");
            assertThat(browser.value("document.querySelectorAll('.text img').length")
                            .asInt())
                    .isZero();
            assertThat(browser.value("document.querySelectorAll('.text li')[1].textContent")
                            .asText())
                    .as("tags are shown as they were written")
                    .contains("<img src=x onerror=");
            assertThat(browser.value("document.title").asText()).isEqualTo("speckv");
            browser.screenshot(SCREENSHOTS.resolve("chat-dark.png"));
            assertThat(browser.complaints).isEmpty();
        }
    }

    /** Such texts are more than a Markdown parser's stack holds. */
    @Test
    void anAnswerThatIsNoMarkdownIsShownAsItIsAndTheChatGoesOn() throws Exception {
        String loop = ">".repeat(6000) + "x";
        FakeInference looping = FakeInference.scripted(AnswerMarks.getDefaultInstance(), request -> loop);
        try (RunningGateway server = new RunningGateway(looping);
                Chromium browser = open(server, new Chromium(binary, profile), "light")) {
            ask(browser, "What?");
            assertThat(browser.value("document.querySelector('.text').textContent")
                            .asText())
                    .isEqualTo(loop);
            ask(browser, "And then?");
            looping.requests.take();
            assertThat(looping.requests.take().getPrompt().getChat().getMessagesCount())
                    .isEqualTo(3);
            assertThat(browser.complaints).isEmpty();
        }
    }

    @Test
    void answersThatFailedAreNotSentAgain() throws Exception {
        FakeInference failing = FakeInference.with(call -> {
            call.onNext(FakeMessages.started());
            call.onNext(FakeMessages.delta(0, "The"));
            call.onError(Failures.encode(RequestException.of(FailureCode.TARGET_LOST, "the target went away")));
        });
        try (RunningGateway server = new RunningGateway(failing);
                Chromium browser = open(server, new Chromium(binary, profile), "light")) {
            ask(browser, "What?");
            assertThat(browser.value("document.querySelector('.text').textContent")
                            .asText())
                    .startsWith("The\nThe model went away in the middle of the answer.");
            ask(browser, "Again?");
            failing.requests.take();
            assertThat(failing.requests.take().getPrompt().getChat().getMessagesCount())
                    .isEqualTo(1);
        }
    }

    @Test
    void whatTheStoreHasNoRoomForIsTold() throws Exception {
        try (RunningGateway server = new RunningGateway(service);
                Chromium browser = open(server, new Chromium(binary, profile), "light")) {
            browser.value("document.getElementById('document').value = 'long '.repeat(2000000)");
            ask(browser, "What is the code?");
            assertThat(browser.value("document.getElementById('problem').textContent")
                            .asText())
                    .isEqualTo("The document is too long for the browser's store: it will not be here after a reload.");
        }
    }

    @Test
    void regeneratingAsksTheLastQuestionOnceMore() throws Exception {
        try (RunningGateway server = new RunningGateway(service);
                Chromium browser = open(server, new Chromium(binary, profile), "light")) {
            ask(browser, "First?");
            ask(browser, "Second?");
            service.requests.take();
            List<String> before = nextAsked();

            browser.value("[...document.querySelectorAll('.again')].at(-1).click()");
            assertThat(nextAsked()).isEqualTo(before);
            browser.until("!document.getElementById('send').disabled");
            assertThat(browser.value("[...document.querySelectorAll('.asked')].map(q => q.textContent).join()")
                            .asText())
                    .isEqualTo("First?,Second?");
        }
    }

    @Test
    void aReloadBringsTheChatBackAndANewChatEndsIt() throws Exception {
        try (RunningGateway server = new RunningGateway(service);
                Chromium browser = open(server, new Chromium(binary, profile), "light")) {
            browser.value("""
                document.getElementById('document').value = 'The code is 4711.';
                document.getElementById('budget').value = '77';
                document.getElementById('key').value = 'a-secret';\
                """);
            ask(browser, "What is the code?");
            service.requests.take();

            open(server, browser, "light");
            browser.until("document.querySelectorAll('#turns .stages li').length === 5");
            assertThat(browser.value("document.querySelector('.figures').textContent")
                            .asText())
                    .startsWith("128 of 1000 tokens");
            assertThat(browser.value("document.getElementById('budget').value").asText())
                    .isEqualTo("77");
            assertThat(browser.value("JSON.stringify(localStorage)").asText()).doesNotContain("a-secret");
            ask(browser, "Sure?");
            assertThat(nextAsked()).hasSize(3).last().isEqualTo("user: Sure?");

            browser.value("document.getElementById('fresh').click()");
            open(server, browser, "light");
            browser.until("document.getElementById('document').value === 'The code is 4711.'");
            assertThat(browser.value("document.querySelectorAll('#turns > li').length")
                            .asInt())
                    .isZero();
        }
    }
}
