// Decides whether a question is sent as a chat's next turn or as plain text: as the visitor chose, if the model takes chats.

const $ = id => document.getElementById(id);

export class PromptForm {
  #wanted = $("form").value;

  isChat() {
    return $("form").value === "chat";
  }

  /** Remembers the visitor's choice, for this model if it takes chats and for later ones. */
  wants(form) {
    if (form === "chat" || form === "text") this.#wanted = form;
  }

  wanted() {
    return this.#wanted;
  }

  /** Shows the forms that `model` takes. If it takes no chats, the page says so before anything is typed. */
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
