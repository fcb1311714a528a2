// Whether a question goes out as the next turn of a chat or as plain text: what the visitor chose, where the model takes chats.

const $ = id => document.getElementById(id);

export class PromptForm {
  #wanted = $("form").value;

  isChat() {
    return $("form").value === "chat";
  }

  /** What the visitor wants: of the model shown now if it can be had, and of others. */
  wants(form) {
    if (form === "chat" || form === "text") this.#wanted = form;
  }

  wanted() {
    return this.#wanted;
  }

  /** Shows what `model` takes. One that takes no chats says so before anything is typed. */
  show(model) {
    const reason = model?.speckv?.no_chats_reason;
    $("form").querySelector("[value=chat]").disabled = Boolean(reason);
    $("form").value = reason ? "text" : this.#wanted;
    $("chatless").hidden = !reason;
    $("chatless").textContent = reason ? `${model.id} takes no chats, as ${reason}: your question is put behind the document`
      + " as plain text, which the model goes on with." : "";
    $("alone").hidden = this.isChat();
  }
}
