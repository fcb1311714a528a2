// One answer: its card, and the call that fills it.
import { call, events, failure } from "/api.js";
import { figures, waiting, waterfall } from "/figures.js";
import { show } from "/markdown.js";

const $ = id => document.getElementById(id);
const REDRAW = 100;

/** A card for an answer of `method`; `markdown` is false for plain text, which is shown as it is. */
export class AnswerCard {
  constructor(method, markdown) {
    this.element = $("answer").content.firstElementChild.cloneNode(true);
    this.part("h2").textContent = method;
    this.said = { method, markdown, text: "", thought: "", figures: "", timings: [], cut: "", failed: "" };
    this.part(".copy").hidden = !navigator.clipboard; // the clipboard exists only on pages from HTTPS or localhost
    this.part(".copy").addEventListener("click", () => navigator.clipboard.writeText(this.said.text));
  }

  /** Returns the card of an earlier answer. */
  static of(said) {
    const card = new AnswerCard(said.method, said.markdown);
    Object.assign(card.said, said);
    card.draw();
    return card;
  }

  part(name) {
    return this.element.querySelector(name);
  }

  draw() {
    const { text, thought, timings, cut, failed } = this.said;
    this.part(".figures").textContent = this.said.figures;
    this.part(".thought").textContent = thought;
    this.part(".text").classList.toggle("failed", failed !== "");
    // An answer whose Markdown was slow or unreadable once stays plain text.
    if (this.said.markdown && !failed) this.said.markdown = show(this.part(".text"), text);
    else {
      this.part(".text").classList.add("plain");
      this.part(".text").textContent = [text, failed].filter(Boolean).join("\n");
    }
    this.part(".cut").textContent = cut;
    if (timings.length) waterfall(this.part(".stages"), timings);
  }

  /** Asks, and shows the answer while it comes. Returns what to store of it. Failures are shown, not thrown. */
  async fill(path, key, body, most, signal) {
    const said = this.said, begun = performance.now();
    let first = 0, report = null, usage = null, ended = null;
    this.element.classList.add("coming");
    const clock = setInterval(() => {
      if (report) return;
      waiting(this.part(".stages"), first, performance.now() - begun);
      this.draw();
    }, REDRAW);
    try {
      for await (const event of events(await call(path, key, body, signal))) {
        if (event.error) throw failure(event.error);
        first ||= performance.now() - begun;
        const choice = event.choices[0];
        said.thought += choice?.delta?.reasoning_content ?? "";
        const text = choice?.delta?.content ?? choice?.text ?? "";
        said.text += said.text ? text : text.trimStart();
        ended = choice?.finish_reason ?? ended;
        report = event.speckv ?? report;
        usage = event.usage ?? usage;
      }
      if (report) {
        said.figures = figures(report, usage, first);
        said.timings = report.timings;
      }
      if (ended === "length") said.cut = cut(most, usage);
    } catch (error) {
      if (error.name === "AbortError") said.cut = "You stopped this answer.";
      else said.failed = error.message;
      if (error.name === "AbortError" || said.text) waiting(this.part(".stages"), first, performance.now() - begun);
      else this.part(".stages").replaceChildren();
      this.error = error;
    } finally {
      clearInterval(clock);
      this.element.classList.remove("coming");
    }
    this.draw();
    return said;
  }
}

function cut(most, usage) {
  if (!most) return "The answer was cut at the server’s own length, since “Answer” is empty: a number there lets it go on.";
  return usage?.completion_tokens >= most
    ? `The answer was cut after ${most} tokens, as “Answer” asks: a larger number lets it go on.`
    : "The answer was cut: the model has no room for more behind this prompt.";
}
