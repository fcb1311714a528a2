// The chat's turns, kept in this browser and nowhere else.

const STORE = "speckv.chat";

/**
 * A turn is { question, answers }, an answer what its card shows: { method, text, thought, figures, timings, cut, failed }.
 * The first answer of a turn is the one that the next question builds on.
 */
export class Conversation {
  turns = [];

  /** What the model reads before `question`: the document stands in the first message, and answers that failed are left out. */
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

  /** The question asked last, without its turn's answers. */
  takeBack() {
    return this.turns.pop()?.question;
  }

  /** Writes the chat beside what the form holds; returns whether there was room. */
  save(form) {
    try {
      localStorage.setItem(STORE, JSON.stringify({ form, turns: this.turns }));
      return true;
    } catch {
      return false;
    }
  }

  /** Reads what an earlier visit left; returns what the form held, if anything. */
  restore() {
    try {
      const saved = JSON.parse(localStorage.getItem(STORE));
      this.turns = saved?.turns ?? [];
      return saved?.form;
    } catch {
      return undefined; // another version's, or no store: begin anew
    }
  }
}

export const joined = (...parts) => parts.filter(part => part.trim()).join("\n\n");
