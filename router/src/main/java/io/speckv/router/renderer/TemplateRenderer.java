package io.speckv.router.renderer;

import io.speckv.text.chat.ChatTemplate;

/** Lays chats out by the template of the model's folder, in this process. */
record TemplateRenderer(ChatTemplate template) implements ChatRenderer {
    @Override
    public OpenChat open(RendererWait waiting) {
        return new OpenChat(template, () -> {});
    }
}
