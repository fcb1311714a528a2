package io.speckv.router.renderer;

import io.speckv.text.chat.ChatTemplate;

/** Lays out chats in this process, by the template of the model's folder. */
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
