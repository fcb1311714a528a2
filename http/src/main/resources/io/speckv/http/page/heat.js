// Shows the prompt's tokens coloured by the draft's scores.

const LEVELS = 9;
const MOST_SPANS = 30000;

/** Fills `element` from an explanation; returns the line to show above it. */
export function heat(element, explained) {
  const points = Array.from(explained.text); // spans count code points
  // Colours follow the square root of the score: a few tokens score a hundred times higher, and the rest should still differ.
  const top = explained.scores.reduce((most, score) => Math.max(most, score), 0);
  const level = score => top > 0 && score > 0 ? Math.ceil(LEVELS * Math.sqrt(score / top)) : 0;
  const parts = document.createDocumentFragment();
  const count = Math.min(explained.starts.length, MOST_SPANS);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const from = Math.max(at, explained.starts[i]), to = Math.max(from, explained.ends[i]);
    if (from > at) parts.append(points.slice(at, from).join(""));
    if (explained.marked?.[i] && !explained.marked[i - 1]) parts.append(mark());
    const token = document.createElement("span");
    token.textContent = points.slice(from, to).join("");
    const score = explained.scores[i];
    token.className = (explained.kept[i] ? "kept" : "dropped")
      + (score === undefined ? "" : ` h${level(score)}`);
    const fate = explained.protected?.[i] ? "protected" : explained.kept[i] ? "kept" : "dropped";
    if (fate === "protected") token.classList.add("protected");
    token.title = `${score === undefined ? "no score" : score.toPrecision(3)}, ${fate}`;
    parts.append(token);
    at = to;
  }
  element.replaceChildren(parts);
  const more = explained.starts.length - count;
  const marks = explained.speckv.mark_tokens;
  return `${explained.speckv.kept_tokens} of ${explained.speckv.prompt_tokens} tokens would reach the target`
    + (marks ? `, ${marks} of them marks` : "")
    + (more > 0 ? ` (the first ${count} are shown).` : ".");
}

/** Shows the text that the target reads where text was left out. */
function mark() {
  const made = document.createElement("span");
  made.className = "mark";
  made.textContent = "[...]";
  made.title = "a mark that the target reads in place of what was left out here";
  return made;
}

/** Scrolls to the most important place. */
export function showBest(element) {
  const best = element.querySelector(`.h${LEVELS}`);
  if (best) element.scrollTop = best.offsetTop - element.offsetTop - element.clientHeight / 3;
}
