package io.speckv.router.renderer;

import io.speckv.text.chat.ChatTemplate;

/** Lays chats out by the template of the model's folder, in this process. */
record TemplateRenderer(ChatTemplate template) implements ChatRenderer {
    @Override
    public OpenChat open(RendererWait waiting) {
        return new OpenChat(template, () -> {});
    }

    @Override
    public String noChatsReason() {
        return template.problem(false)
                .map(problem -> "its chat template cannot be parsed")
                .orElse("");
    }
}
