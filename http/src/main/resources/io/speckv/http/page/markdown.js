// Markdown of answers, as elements. A model's text is nobody's: tags in it are shown, not obeyed, and nothing is loaded.
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

/** Shows `text` in `element`, half written or whole. */
export function show(element, text) {
  const parts = DOMPurify.sanitize(marked.parse(text), { RETURN_DOM_FRAGMENT: true, FORBID_TAGS: ["style", "img"], FORBID_ATTR: ["style"] });
  parts.querySelectorAll("a").forEach(link => {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  });
  element.replaceChildren(parts);
}
