package io.speckv.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.KvHeadUsage;
import io.speckv.proto.v1.KvLayerUsage;
import io.speckv.proto.v1.KvUsage;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenSpans;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainPageTest {
    private static final String HOSTILE = "</article><script>document.title='x'</script> \"&amp;\" 'q' <img src=x>";

    /** A prompt of one-character tokens; every third is kept, later ones score higher. */
    private static ExplainResponse explained(String text) {
        ExplainResponse.Builder response = ExplainResponse.newBuilder().setText(text);
        TokenSpans.Builder spans = TokenSpans.newBuilder();
        for (int i = 0; i < text.codePointCount(0, text.length()); i++) {
            spans.addStarts(i).addEnds(i + 1);
            response.addScores(i).addKept(i % 3 == 0);
        }
        return response.setSpans(spans)
                .setCompression(CompressionReport.newBuilder().setAppliedMethod("<method>"))
                .build();
    }

    private static String textOfArticle(String page) {
        String article = page.substring(page.indexOf("<article"), page.indexOf("</article>"));
        return Pattern.compile("<[^>]*>")
                .matcher(article)
                .replaceAll("")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }

    @Test
    void showsTheWholeTextAndNothingOfItIsMarkup() {
        String page = ExplainPage.of(explained(HOSTILE), null);

        assertThat(textOfArticle(page)).isEqualTo(HOSTILE);
        assertThat(page).doesNotContain("<script", "<img", "<method>").contains("&lt;method&gt;");
    }

    @Test
    void needsNothingFromOutside() {
        String page = ExplainPage.of(explained("abc"), null);

        assertThat(page).contains("default-src 'none'").doesNotContain("http:", "https:", "<link", "url(", "@import");
    }

    @Test
    void everyTokenHasItsPlaceItsScoreAndWhetherItIsKept() {
        String page = ExplainPage.of(explained("abcd"), null);

        assertThat(page)
                .contains("<span class=\"k\" title=\"token 0, score 0.000, kept\">a</span>")
                .contains("<span class=\"d s2\" title=\"token 1, score 1.000, dropped\">b</span>")
                .contains("<span class=\"k s7\" title=\"token 3, score 3.000, kept\">d</span>");
    }

    @Test
    void tokensThatShareACharacterAreOnePiece() {
        ExplainResponse response = ExplainResponse.newBuilder()
                .setText("x\ud83d\ude00y")
                .setSpans(TokenSpans.newBuilder()
                        .addAllStarts(List.of(0, 0, 1, 1, 2))
                        .addAllEnds(List.of(0, 1, 2, 2, 3)))
                .addAllScores(List.of(0f, 0f, 1f, 5f, 2f))
                .addAllKept(List.of(true, false, false, true, false))
                .build();
        ExplainedPrompt prompt = ExplainedPrompt.of(response);

        assertThat(prompt.pieces())
                .extracting(ExplainedPrompt.Piece::text)
                .containsExactly("", "x", "\ud83d\ude00", "y");
        assertThat(prompt.pieces().get(2)).isEqualTo(new ExplainedPrompt.Piece(2, 3, "\ud83d\ude00", 5, true, 8));
    }

    @Test
    void charactersNoTokenCoversStayInTheText() {
        ExplainResponse response = ExplainResponse.newBuilder()
                .setText(" a  b ")
                .setSpans(TokenSpans.newBuilder().addAllStarts(List.of(1, 4)).addAllEnds(List.of(2, 5)))
                .addAllKept(List.of(true, true))
                .build();

        assertThat(KeptText.of(ExplainedPrompt.of(response))).isEqualTo(" a  b ");
    }

    @Test
    void anAnswerBringsWhatEachLayerKept() {
        KvLayerUsage layer = KvLayerUsage.newBuilder()
                .addHeads(KvHeadUsage.newBuilder().setKeptTokenCount(1))
                .addHeads(KvHeadUsage.newBuilder().setKeptTokenCount(3))
                .build();
        GenerateOnceResponse answer = GenerateOnceResponse.newBuilder()
                .setAnswer(TokenDelta.newBuilder().setText("a < b"))
                .setFinished(GenerateFinished.newBuilder()
                        .setCompression(CompressionReport.newBuilder()
                                .setKv(KvUsage.newBuilder().addLayers(layer))))
                .build();

        assertThat(ExplainPage.of(explained("abcd"), answer))
                .contains("a &lt; b", "<tr><td>0<td>1 to 3<td>", "50%")
                .contains("KV pairs kept");
    }

    @Test
    void aBrowserShowsThirtyThousandTokensAndRunsNoneOfThem(@TempDir Path folder) throws Exception {
        Optional<Path> browser = browser();
        Assumptions.assumeTrue(browser.isPresent(), "no chromium on the path: install it to see the page in a browser");
        Path page = folder.resolve("page.html");
        Files.writeString(page, ExplainPage.of(explained(HOSTILE.repeat(30_000 / HOSTILE.length() + 1)), null));

        String dom = dom(browser.orElseThrow().toString(), page, folder);
        assertThat(dom).contains("<title>What the draft finds important</title>");
        assertThat(dom).doesNotContain("<script");
        assertThat(Pattern.compile("<span class=\"[kd]( s\\d)?\" title=")
                        .matcher(dom)
                        .results())
                .hasSizeGreaterThanOrEqualTo(30_000);
    }

    private static String dom(String browser, Path page, Path folder) throws IOException, InterruptedException {
        Path out = folder.resolve("dom.html");
        Process process = new ProcessBuilder(
                        browser,
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--dump-dom",
                        page.toUri().toString())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return Files.readString(out);
    }

    private static Optional<Path> browser() {
        return Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1))
                .flatMap(folder -> Stream.of("chromium", "google-chrome").map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
