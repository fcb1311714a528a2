// The chat's turns, kept only in this browser.

const STORE = "speckv.chat";

/**
 * A turn is { question, answers }. An answer holds what its card shows:
 * { method, text, thought, figures, timings, cut, failed }.
 * The next question builds on the first answer of a turn.
 */
export class Conversation {
  turns = [];

  /** Returns the messages up to `question`. The document is in the first user message, and failed answers are left out. */
  messages(system, document, question) {
    const messages = system.trim() ? [{ role: "system", content: system }] : [];
    const said = this.turns.filter(turn => turn.answers[0]?.text && !turn.answers[0].failed);
    said.forEach(turn => messages.push({ role: "user", content: turn.question },
      { role: "assistant", content: turn.answers[0].text }));
    messages.push({ role: "user", content: question });
    const first = messages.find(message => message.role === "user");
    first.content = joined(document, first.content);
    return messages;
  }

  /** Removes the last turn, and returns its question. */
  takeBack() {
    return this.turns.pop()?.question;
  }

  /** Stores the chat and the form's values; returns whether there was room. */
  save(form) {
    try {
      localStorage.setItem(STORE, JSON.stringify({ form, turns: this.turns }));
      return true;
    } catch {
      return false;
    }
  }

  /** Reads what an earlier visit stored; returns the form's values, if any. */
  restore() {
    try {
      const saved = JSON.parse(localStorage.getItem(STORE));
      this.turns = saved?.turns ?? [];
      return saved?.form;
    } catch {
      return undefined; // stored by another version, or no storage: begin anew
    }
  }
}

export const joined = (...parts) => parts.filter(part => part.trim()).join("\n\n");
