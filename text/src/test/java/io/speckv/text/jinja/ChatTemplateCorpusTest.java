package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Real templates with chats of every kind against Jinja2. The templates are other people's: {@code
 * text/src/test/python/chat_templates.py} collects them from packages and renders what is expected.
 */
class ChatTemplateCorpusTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2025-03-07T14:05:09Z"), ZoneOffset.UTC);

    /** Renderings with an address of Python's memory in them, which no two runs have in common. */
    private static final String ADDRESS = " at 0x";

    @Test
    void everyTemplateRendersEveryChatAsJinja2Does() throws IOException {
        Path corpus = Path.of(System.getProperty("speckv.templates", "target/chat-templates.json"));
        assumeTrue(
                Files.exists(corpus),
                () -> "no templates in " + corpus + "; collect them with `text/src/test/python/chat_templates.py corpus "
                        + corpus + " FOLDER...`, or name another file with -Dspeckv.templates=FILE");
        JsonNode root = MAPPER.readTree(corpus.toFile());
        List<String> different = new ArrayList<>();
        int equal = 0;
        int refused = 0;
        int skipped = 0;
        for (JsonNode template : root.path("templates")) {
            for (var expected : template.path("results").properties()) {
                Map<String, Object> variables = new LinkedHashMap<>(map(root.path("tokens")));
                variables.putAll(map(root.path("cases").path(expected.getKey())));
                String wanted = expected.getValue().path("rendered").asText(null);
                String found = rendered(template.path("template").asText(), variables);
                if (wanted != null && wanted.contains(ADDRESS)) {
                    skipped++;
                } else if (wanted == null ? found.startsWith(REFUSAL) : wanted.equals(found)) {
                    equal++;
                    refused += wanted == null ? 1 : 0;
                } else {
                    different.add(template.path("name").asText() + " | " + expected.getKey() + "\n  wanted "
                            + (wanted == null ? expected.getValue() : around(wanted, found)) + "\n  found  "
                            + around(found, wanted == null ? "" : wanted));
                }
            }
        }
        System.out.println(root.path("templates").size() + " templates x "
                + root.path("cases").size() + " chats: " + equal + " equal, of which " + refused + " refused by both; "
                + skipped + " print an address of memory; " + different.size() + " different");
        assertThat(different).as("%d different", different.size()).isEmpty();
    }

    private static final String REFUSAL = "\0refused: ";

    private static String rendered(String template, Map<String, Object> variables) {
        try {
            return JinjaTemplate.parse(template, CLOCK).render(variables);
        } catch (JinjaException e) {
            return REFUSAL + e.getMessage();
        }
    }

    /** Returns where a text begins to differ from another. */
    private static String around(String text, String other) {
        int at = 0;
        while (at < text.length() && at < other.length() && text.charAt(at) == other.charAt(at)) {
            at++;
        }
        return at + ": " + text.substring(Math.max(0, at - 40), Math.min(text.length(), at + 60)).replace("\n", "\\n");
    }

    private static Map<String, Object> map(JsonNode object) {
        return MAPPER.convertValue(object, new TypeReference<Map<String, Object>>() {});
    }
}
