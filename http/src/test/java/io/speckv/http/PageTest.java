package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.speckv.kit.wire.MethodSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

final class PageTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    @Test
    void asksComparesAndShowsWhatMatters(@TempDir(cleanup = CleanupMode.NEVER) Path profile) throws Exception {
        var binary = Chromium.installed();
        assumeTrue(binary.isPresent(), "no Chromium is installed: the page is not tested");
        FakeInference service = FakeInference.answering();
        Files.createDirectories(SCREENSHOTS);
        try (RunningGateway server = new RunningGateway(service);
                Chromium browser = new Chromium(binary.orElseThrow(), profile)) {
            browser.open(server.url("/"), 1280, 900, "light");
            browser.until("document.getElementById('method')?.value === 'specpc'");
            assertThat(browser.value("document.getElementById('budget').value").asText())
                    .isEqualTo("256");
            browser.value("""
                document.getElementById('document').value =
                  'The river runs past the mill and the old bridge. '.repeat(12)
                  + 'Remember that the code is 4711 and tell nobody <b>else</b>. '
                  + 'Sheep graze on the hill above the village in spring. '.repeat(12);
                document.getElementById('question').value = 'What is the code?';
                document.getElementById('budget').value = '128';
                document.getElementById('compare').checked = true;
                document.getElementById('send').click();\
                """);
            browser.until("document.querySelectorAll('.stages li').length === 10"
                    + " && document.getElementById('send').disabled === false");
            assertThat(browser.value("[...document.querySelectorAll('.text')].map(t => t.textContent.trim()).join('|')")
                            .asText())
                    .isEqualTo("The code is 4711.|The code is 4711.");
            assertThat(browser.value("document.querySelector('.figures').textContent")
                            .asText())
                    .startsWith("128 of 1000 tokens · KV 1.3 KiB of 9.8 KiB · 5 generated");
            var asked = service.requests.take();
            assertThat(MethodSettings.toMap(asked.getMethod())).containsEntry("max_capacity_prompt", 128);
            assertThat(service.requests.take().getMethod().getName()).isEqualTo("full");

            browser.value("document.getElementById('explain').click()");
            browser.until("document.querySelectorAll('#heat span').length > 100");
            assertThat(browser.value("[...document.querySelectorAll('#heat .h9')].some(t =>"
                                    + " t.textContent.includes('4711'))")
                            .asBoolean())
                    .isTrue();
            assertThat(browser.value("document.querySelector('#heat b') === null")
                            .asBoolean())
                    .isTrue();
            browser.screenshot(SCREENSHOTS.resolve("light.png"));
            browser.value("scrollTo(0, 0)");
            assertThat(browser.complaints).isEmpty();
        }
    }

    @Test
    void asksTheExampleAsPlainText(@TempDir(cleanup = CleanupMode.NEVER) Path profile) throws Exception {
        var binary = Chromium.installed();
        assumeTrue(binary.isPresent(), "no Chromium is installed: the page is not tested");
        FakeInference service = FakeInference.answering();
        try (RunningGateway server = new RunningGateway(service);
                Chromium browser = new Chromium(binary.orElseThrow(), profile)) {
            browser.open(server.url("/"), 1280, 900, "light");
            browser.until("document.getElementById('method')?.value === 'specpc'");
            browser.value("document.getElementById('example').click(); document.getElementById('send').click()");
            browser.until("document.querySelector('.text')?.textContent === 'The code is 4711.'");

            assertThat(service.requests.take().getPrompt().getText())
                    .startsWith("A special magic number")
                    .contains("One of the special magic numbers for silver-harbor is: ")
                    .endsWith("mentioned in the provided text is");
            assertThat(browser.complaints).isEmpty();
        }
    }

    @Test
    void offersTheMethodsOfTheModelThatIsChosen(@TempDir(cleanup = CleanupMode.NEVER) Path profile) throws Exception {
        var binary = Chromium.installed();
        assumeTrue(binary.isPresent(), "no Chromium is installed: the page is not tested");
        String methods = "[...document.getElementById('method').options].map(o => o.value).join()";
        FakeInference service = FakeInference.answering();
        try (RunningGateway server = new RunningGateway(service);
                Chromium browser = new Chromium(binary.orElseThrow(), profile)) {
            browser.open(server.url("/"), 1280, 900, "light");
            browser.until(methods + " === 'specpc,speckv,full'");
            browser.value("document.getElementById('model').value = '" + FakeInference.ENGINE + "';"
                    + "document.getElementById('model').dispatchEvent(new Event('change'))");
            browser.until(methods + " === 'specpc,full'");
            assertThat(browser.value("document.getElementById('served').textContent")
                            .asText())
                    .startsWith("over-an-engine: cannot be asked now, no target can be reached");
            browser.value(
                    "document.getElementById('question').value = 'What?'; document.getElementById('send').click()");
            browser.until("document.querySelector('.text')?.textContent.trim() === 'The code is 4711.'");
            assertThat(service.requests.take().getModel()).isEqualTo(FakeInference.ENGINE);
            assertThat(browser.complaints).isEmpty();
        }
    }

    @Test
    void aModelThatTakesNoChatsIsAskedInPlainTextAndTheNextOneAsBefore(
            @TempDir(cleanup = CleanupMode.NEVER) Path profile) throws Exception {
        var binary = Chromium.installed();
        assumeTrue(binary.isPresent(), "no Chromium is installed: the page is not tested");
        Files.createDirectories(SCREENSHOTS);
        FakeInference service = FakeInference.answering();
        String choose = "document.getElementById('model').value = '%s';"
                + "document.getElementById('model').dispatchEvent(new Event('change'))";
        String form = "document.getElementById('form').value";
        String told = "document.getElementById('chatless').innerText";
        try (RunningGateway server = new RunningGateway(service);
                Chromium browser = new Chromium(binary.orElseThrow(), profile)) {
            browser.open(server.url("/"), 1280, 900, "light");
            browser.until("document.getElementById('method')?.value === 'specpc'");
            assertThat(browser.value(form).asText()).isEqualTo("chat");
            assertThat(browser.value("document.getElementById('chatless').hidden")
                            .asBoolean())
                    .isTrue();

            browser.value(choose.formatted(FakeInference.BASE));
            browser.until(form + " === 'text'");
            assertThat(browser.value(told).asText())
                    .isEqualTo(
                            "base-model takes no chats, as it has no chat template that can be read: your question is put"
                                    + " behind the document as plain text, which the model goes on with.");
            assertThat(browser.value("document.querySelector('#form [value=chat]').disabled")
                            .asBoolean())
                    .isTrue();
            browser.screenshot(SCREENSHOTS.resolve("base-model.png"));
            browser.value(
                    "document.getElementById('question').value = 'The code is'; document.getElementById('send').click()");
            browser.until("document.querySelector('.text')?.textContent.trim() === 'The code is 4711.'");
            assertThat(service.requests.take().getPrompt().getText()).isEqualTo("The code is");

            browser.value("window.left = true");
            browser.open(server.url("/"), 390, 844, "dark");
            browser.until("!window.left && " + form + " === 'text'");
            browser.screenshot(SCREENSHOTS.resolve("base-model-phone.png"));
            browser.value(choose.formatted("tiny"));
            browser.until(form + " === 'chat' && document.getElementById('chatless').hidden");
            assertThat(browser.complaints).isEmpty();
        }
    }

    @Test
    void showsWhereTheTargetReadsMarks(@TempDir(cleanup = CleanupMode.NEVER) Path profile) throws Exception {
        var binary = Chromium.installed();
        assumeTrue(binary.isPresent(), "no Chromium is installed: the page is not tested");
        Files.createDirectories(SCREENSHOTS);
        FakeInference service = FakeInference.answering();
        service.marks = true;
        String legend = "document.getElementById('marked').hidden";
        try (RunningGateway server = new RunningGateway(service);
                Chromium browser = new Chromium(binary.orElseThrow(), profile)) {
            browser.open(server.url("/"), 1280, 900, "light");
            browser.until("document.getElementById('method')?.value === 'specpc'");
            browser.value("document.getElementById('question').value = 'It is said that the code is in my 4711';"
                    + "document.getElementById('explain').click()");
            browser.until("!document.getElementById('map').hidden");
            assertThat(browser.value("document.getElementById('heat').textContent")
                            .asText())
                    .isEqualTo("[...]It is said that the code [...]is in my 4711");
            assertThat(browser.value("document.getElementById('mapped').textContent")
                            .asText())
                    .isEqualTo("4 of 10 tokens would reach the target, 2 of them marks.");
            assertThat(browser.value(legend).asBoolean()).isFalse();
            browser.screenshot(SCREENSHOTS.resolve("marks.png"));
            browser.value("window.left = true");
            browser.open(server.url("/"), 390, 844, "dark");
            browser.until("!window.left && document.getElementById('method')?.value === 'specpc'");
            browser.value(
                    "document.getElementById('question').value = 'The river runs past the mill, and the code stands"
                            + " beside the bridge. '.repeat(12).trim(); document.getElementById('explain').click()");
            browser.until("document.querySelectorAll('#heat .mark').length === 48");
            assertThat(browser.value("document.documentElement.scrollWidth").asInt())
                    .isEqualTo(390);
            browser.value("document.getElementById('map').scrollIntoView()");
            browser.screenshot(SCREENSHOTS.resolve("marks-phone.png"));
            assertThat(browser.complaints).isEmpty();
        }
    }

    @Test
    void tellsAVisitorWhatIsWhat(@TempDir(cleanup = CleanupMode.NEVER) Path profile) throws Exception {
        var binary = Chromium.installed();
        assumeTrue(binary.isPresent(), "no Chromium is installed: the page is not tested");
        Files.createDirectories(SCREENSHOTS);
        FakeInference service = FakeInference.with(call -> {
            call.onNext(FakeMessages.started());
            call.onNext(FakeMessages.delta(0, "The"));
            call.onNext(FakeMessages.cut());
            call.onCompleted();
        });
        try (RunningGateway server = new RunningGateway(service);
                Chromium browser = new Chromium(binary.orElseThrow(), profile)) {
            browser.open(server.url("/"), 1280, 900, "light");
            browser.until("document.getElementById('served').textContent.includes('reads up to 4,096 tokens')");
            browser.value("document.getElementById('document').value = 'one two three';"
                    + "document.getElementById('document').dispatchEvent(new Event('input'))");
            browser.until("document.getElementById('size').textContent === '13 characters, 3 tokens of at most 4,096'");

            browser.value(
                    "document.getElementById('question').value = 'What?'; document.getElementById('most').value = 5;"
                            + "document.getElementById('explain').click()");
            browser.until("!document.getElementById('map').hidden && !document.getElementById('send').disabled");
            browser.value("document.getElementById('question').dispatchEvent(new KeyboardEvent('keydown',"
                    + " {key: 'Enter', ctrlKey: true, bubbles: true}))");
            browser.until(
                    "document.querySelector('.cut')?.textContent.startsWith('The answer was cut after 5 tokens')");
            assertThat(browser.value("document.getElementById('map').hidden").asBoolean())
                    .as("the map is of an earlier prompt")
                    .isTrue();
            browser.until("!document.getElementById('send').disabled");
            browser.value(
                    "document.getElementById('question').value = 'What?'; document.getElementById('most').value = '';"
                            + "document.getElementById('send').click()");
            browser.until("[...document.querySelectorAll('.cut')].some(cut =>"
                    + " cut.textContent.startsWith('The answer was cut at the server’s own length'))");

            browser.value("""
                const chosen = new DataTransfer();
                chosen.items.add(new File(['%PDF-1.7 x'], 'paper.pdf'));
                document.getElementById('file').files = chosen.files;
                document.getElementById('file').dispatchEvent(new Event('change'));\
                """);
            browser.until("document.getElementById('problem').textContent.startsWith('paper.pdf is a PDF')");
            assertThat(browser.value("document.getElementById('document').value")
                            .asText())
                    .isEqualTo("one two three");
            browser.screenshot(SCREENSHOTS.resolve("visitor.png"));
            assertThat(browser.complaints).isEmpty();
        }
    }

    @Test
    void asksForTheKeyWhereOneIsNeeded(@TempDir(cleanup = CleanupMode.NEVER) Path profile, @TempDir Path folder)
            throws Exception {
        var binary = Chromium.installed();
        assumeTrue(binary.isPresent(), "no Chromium is installed: the page is not tested");
        Path tokens = Files.writeString(folder.resolve("tokens"), "a-token-of-length-twenty\n");
        try (RunningGateway server = new RunningGateway(FakeInference.answering(), "--server.tokens-file=" + tokens);
                Chromium browser = new Chromium(binary.orElseThrow(), profile)) {
            browser.open(server.url("/"), 1280, 900, "light");
            browser.until(
                    "document.getElementById('problem').textContent.startsWith('This server asks for an API key')");
            assertThat(browser.value("document.activeElement.id").asText()).isEqualTo("key");
            browser.value("document.getElementById('key').value = 'a-token-of-length-twenty';"
                    + "document.getElementById('key').dispatchEvent(new Event('change'))");
            browser.until("document.getElementById('method').value === 'specpc'"
                    + " && document.getElementById('problem').textContent === ''");
        }
    }

    @Test
    void fitsAPhoneInTheDark(@TempDir(cleanup = CleanupMode.NEVER) Path profile) throws Exception {
        var binary = Chromium.installed();
        assumeTrue(binary.isPresent(), "no Chromium is installed: the page is not tested");
        Files.createDirectories(SCREENSHOTS);
        try (RunningGateway server = new RunningGateway(FakeInference.answering());
                Chromium browser = new Chromium(binary.orElseThrow(), profile)) {
            browser.open(server.url("/"), 390, 844, "dark");
            browser.until("document.getElementById('method')?.value === 'specpc'");
            browser.value(
                    "document.getElementById('question').value = 'What?'; document.getElementById('send').click()");
            browser.until("document.querySelectorAll('.stages li').length === 5");
            assertThat(browser.value("document.documentElement.scrollWidth").asInt())
                    .isEqualTo(390);
            browser.screenshot(SCREENSHOTS.resolve("phone.png"));
            assertThat(browser.complaints).isEmpty();
        }
    }
}
