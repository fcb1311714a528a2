package io.speckv.router;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders with the rig's tokenizer, one token for each byte, and a chat template of a test's own. */
final class ChatModels {
    /** Marks turns, shows tools, and writes past calls as Hermes does. */
    static final String WITH_TOOLS = "{% for message in messages %}[{{ message.role }}]{{ message.content or '' }}"
            + "{% for call in message.tool_calls %}<tool_call>{{ call.function | tojson }}</tool_call>{% endfor %}"
            + "{% if loop.first and tools %}{tools {{ tools | tojson }}}{% endif %};{% endfor %}"
            + "{% if add_generation_prompt %}[assistant]{% if thinking %}<think>"
            + "{% elif thinking is defined %}<think></think>{% endif %}{% endif %}";

    private ChatModels() {}

    /** Returns the flag that has a router take a model with this template, which is written into {@code folder}. */
    static String flag(Path folder, String template) {
        try {
            Files.copy(RouterRig.MODEL.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
            Files.writeString(folder.resolve("chat_template.jinja"), template);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "--tokenizer.target=" + folder;
    }
}
