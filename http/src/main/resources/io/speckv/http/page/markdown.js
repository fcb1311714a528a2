// Turns an answer's Markdown into elements. The model's text is not trusted: tags are shown as text, and nothing is loaded.
import { Marked } from "/lib/marked.js";
import DOMPurify from "/lib/purify.js";

const escaped = text => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: token => escaped(token.text),
    image: token => `<a href="${escaped(token.href)}">${escaped(token.text || token.href)}</a>`,
  },
});

// Parsing repetitive text takes more than linear time, and small models repeat themselves.
const MOST_CHARACTERS = 60000;
const SLOW_MS = 400;

/** Shows `text` in `element`, also while it is incomplete. Returns whether it could be shown as Markdown quickly. */
export function show(element, text) {
  const begun = performance.now();
  let parts = text;
  try {
    if (text.length <= MOST_CHARACTERS) parts = markdown(text);
  } catch { /* nested too deep: it is shown as it is */ }
  element.classList.toggle("plain", parts === text);
  element.replaceChildren(parts);
  return parts !== text && performance.now() - begun < SLOW_MS;
}

function markdown(text) {
  const parts = DOMPurify.sanitize(marked.parse(text), { RETURN_DOM_FRAGMENT: true, FORBID_TAGS: ["style", "img"], FORBID_ATTR: ["style"] });
  parts.querySelectorAll("a").forEach(link => {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  });
  return parts;
}
