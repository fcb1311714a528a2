package io.speckv.http;

import io.speckv.http.connection.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.webjars.WebJarVersionLocator;

/** The web page: its own files and two libraries, served from memory. The page loads nothing from other servers. */
final class Page {
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final List<String> MODULES = List.of(
            "page.js",
            "api.js",
            "answer.js",
            "conversation.js",
            "document.js",
            "figures.js",
            "form.js",
            "heat.js",
            "markdown.js");

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Map<String, PageFile> files = new HashMap<>();

    /** @param contentType value of the HTTP header */
    private record PageFile(String contentType, byte[] content) {}

    /** Reads the files of the page from the class path. */
    Page() {
        files.put("/", read("page/index.html", "text/html; charset=utf-8"));
        files.put("/page.css", read("page/page.css", "text/css; charset=utf-8"));
        MODULES.forEach(name -> files.put("/" + name, read("page/" + name, SCRIPT)));
        files.put("/lib/marked.js", library("marked", "lib/marked.esm.js"));
        files.put("/lib/purify.js", library("dompurify", "dist/purify.es.mjs"));
    }

    private static PageFile library(String name, String file) {
        return read("/" + new WebJarVersionLocator().fullPath(name, file), SCRIPT);
    }

    private static PageFile read(String name, String contentType) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the class path has no " + name);
            }
            return new PageFile(contentType, in.readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + name, e);
        }
    }

    boolean has(String path) {
        return files.containsKey(path);
    }

    /** Answers with the file at {@code path}. */
    void send(String path, Exchange exchange) {
        PageFile file = files.get(path);
        if (file == null) {
            throw new IllegalArgumentException("no file at " + path);
        }
        exchange.header("Content-Security-Policy", POLICY);
        exchange.header("X-Content-Type-Options", "nosniff");
        exchange.header("Referrer-Policy", "no-referrer");
        exchange.header("Cache-Control", "no-cache");
        exchange.bytes(file.contentType(), file.content());
    }
}
