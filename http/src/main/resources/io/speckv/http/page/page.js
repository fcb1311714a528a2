// The page: the question, the model, and the chat that they make.
import { KeyNeeded, call } from "/api.js";
import { AnswerCard } from "/answer.js";
import { Conversation, joined } from "/conversation.js";
import { example, read } from "/document.js";
import { PromptForm } from "/form.js";
import { heat, showBest } from "/heat.js";

const $ = id => document.getElementById(id);
// What a visitor should know about the models that come with the project.
const NOTES = { "speckv-tiny-target": "a small model trained to find needles hidden in a text, and little else: it shows the machinery, not what a real model knows" };
const COUNT_AFTER = 600;
const COUNT_MOST = 4 << 20;
// The fields that are stored for the next visit. The key is not stored.
const KEPT = ["document", "system", "method", "budget", "most", "temperature", "top-p", "seed", "model", "form"];
const conversation = new Conversation();
const form = new PromptForm();
let methods = [];
let models = [];
let running = null;
let counting = null;
let restored = false;

const key = () => $("key").value;
const asChat = () => form.isChat();
const model = () => models.find(one => one.id === $("model").value);
const chosen = () => methods.find(method => method.name === $("method").value);

function tell(error) {
  $("problem").textContent = error?.message ?? "";
  if (error instanceof KeyNeeded) {
    $("more").open = true;
    $("key").focus();
  }
}

function option(name) {
  const made = document.createElement("option");
  made.value = made.textContent = name;
  return made;
}

async function connect() {
  try {
    const [listed, served] = await Promise.all(["/v1/models", "/v1/speckv/methods"].map(
      path => call(path, key()).then(response => response.json())));
    models = listed.data;
    $("model").replaceChildren(...models.map(model => option(model.id)));
    $("model").value = served.default_model || models[0]?.id;
    tell(null);
    showModel();
    offer(served);
    await restore();
    showSize();
  } catch (error) {
    $("served").textContent = "not connected";
    tell(error);
  }
}

// Fills the form for a model: its methods and their defaults.
function offer(served) {
  methods = served.methods;
  $("method").replaceChildren(...methods.map(method => option(method.name)));
  $("method").value = served.default_method;
  showMethod();
}

async function choose() {
  showModel();
  const asked = $("model").value;
  try {
    const served = await (await call("/v1/speckv/methods?model=" + encodeURIComponent(asked), key())).json();
    if ($("model").value === asked) offer(served);
  } catch (error) {
    tell(error);
  }
}

function showModel() {
  const one = model(), own = one?.speckv ?? {};
  form.show(one);
  if (!one) {
    $("served").textContent = "no model has been reached yet";
    return;
  }
  const parts = [own.not_ready_reason && `cannot be asked now, ${own.not_ready_reason}`, NOTES[one.id], [own.family, own.dtype, own.device && `on ${own.device}`].filter(Boolean).join(" "),
    one.max_model_len && `reads up to ${one.max_model_len.toLocaleString("en")} tokens`];
  $("served").textContent = [one.id, parts.filter(Boolean).join("; ")].filter(Boolean).join(": ");
}

// The budget of a cascade is that of its first stage. Methods without a budget (full) have none.
function budgetOf(method) {
  const settings = method?.default_settings ?? {};
  if ("max_capacity_prompt" in settings) return { value: settings.max_capacity_prompt, put: n => ({ max_capacity_prompt: n }) };
  if (settings.specpc && "max_capacity_prompt" in settings.specpc)
    return { value: settings.specpc.max_capacity_prompt, put: n => ({ specpc: { max_capacity_prompt: n } }) };
  return null;
}

function showMethod() {
  const budget = budgetOf(chosen());
  $("summary").textContent = chosen()?.summary ?? "";
  $("budget").disabled = !budget;
  $("budget").value = budget?.value ?? "";
  $("compare").disabled = chosen()?.name === "full" || !methods.some(method => method.name === "full");
}

function sampling() {
  const named = { temperature: "temperature", top_p: "top-p", seed: "seed", max_tokens: "most" };
  return Object.fromEntries(Object.entries(named).filter(([, id]) => $(id).value !== "").map(([name, id]) => [name, Number($(id).value)]));
}

/** Returns the request for `question` after the turns so far. */
function prompt(method, question) {
  const speckv = { method };
  const budget = method === chosen()?.name && budgetOf(chosen());
  if (budget && $("budget").value) speckv.settings = budget.put(Number($("budget").value));
  const asked = asChat()
    ? { messages: conversation.messages($("system").value, $("document").value, question) }
    : { prompt: joined($("system").value, $("document").value, question) };
  return { model: $("model").value || undefined, ...asked, speckv };
}

async function answer(list, method, question, signal) {
  const card = new AnswerCard(method, asChat());
  card.part(".again").addEventListener("click", again);
  list.append(card.element);
  card.element.scrollIntoView({ block: "nearest" });
  const body = { ...prompt(method, question), ...sampling(), stream: true, stream_options: { include_usage: true } };
  const said = await card.fill(asChat() ? "/v1/chat/completions" : "/v1/completions", key(), body, Number($("most").value), signal);
  if (card.error instanceof KeyNeeded) tell(card.error);
  return said;
}

function showTurn(turn) {
  const item = $("turn").content.firstElementChild.cloneNode(true);
  item.querySelector(".asked").textContent = turn.question;
  turn.answers.forEach(said => {
    const card = AnswerCard.of(said);
    card.part(".again").addEventListener("click", again);
    item.querySelector(".answers").append(card.element);
  });
  $("turns").append(item);
  return item.querySelector(".answers");
}

async function ask(question) {
  await run(async signal => {
    $("map").hidden = true;
    const turn = { question, answers: [] };
    const list = showTurn(turn);
    const asked = $("method").value, beside = $("compare").checked && !$("compare").disabled;
    turn.answers.push(await answer(list, asked, question, signal));
    if (beside && !signal.aborted) turn.answers.push(await answer(list, "full", question, signal));
    conversation.turns.push(turn);
    save();
    showSize();
  });
}

/** Asks the last question again. */
function again() {
  if (running) return;
  const question = conversation.takeBack();
  $("turns").lastElementChild?.remove();
  if (question !== undefined) ask(question);
}

async function run(work) {
  running = new AbortController();
  tell(null);
  $("send").disabled = $("explain").disabled = $("fresh").disabled = true;
  $("stop").hidden = false;
  document.body.classList.add("busy");
  try {
    await work(running.signal);
  } catch (error) {
    if (error.name !== "AbortError") tell(error);
  } finally {
    running = null;
    $("send").disabled = $("explain").disabled = $("fresh").disabled = false;
    $("stop").hidden = true;
    document.body.classList.remove("busy");
  }
}

function save() {
  const left = { ...Object.fromEntries(KEPT.map(id => [id, $(id).value])), form: form.wanted() };
  if (conversation.save(left)) return;
  const without = conversation.save({ ...left, document: "" });
  tell(new Error(`${without ? "The document" : "This chat"} is too long for the browser's store: it will not be here after a reload.`));
}

async function restore() {
  if (restored) return; // the page has already connected once
  restored = true;
  const left = conversation.restore() ?? {};
  if ($("document").value) delete left.document; // a document was dropped before the page was connected
  const before = $("model").value;
  put("model", left.model);
  if ($("model").value !== before) await choose();
  put("method", left.method);
  showMethod();
  form.wants(left.form);
  form.show(model());
  Object.entries(left).filter(([id]) => !["model", "method", "form"].includes(id)).forEach(([id, value]) => put(id, value));
  conversation.turns.forEach(showTurn);
}

/** Sets a field, or leaves it alone if a stored model or method is no longer served. */
function put(id, value) {
  const field = $(id);
  if (!field || value === undefined) return;
  if (field.tagName !== "SELECT" || [...field.options].some(one => one.value === value)) field.value = value;
}

function begin() {
  conversation.turns = [];
  $("turns").replaceChildren();
  changed();
  save();
  $("question").focus();
}

// Shows the prompt's length in the model's own tokens and the most that it takes. Asks once typing pauses.
function showSize() {
  const count = Array.from($("document").value).length;
  const characters = count ? `${count.toLocaleString("en")} characters` : "empty";
  $("size").textContent = characters;
  $("size").classList.remove("over");
  clearTimeout(counting?.timer);
  counting?.abort.abort();
  if (!count || count > COUNT_MOST) return;
  const abort = new AbortController();
  counting = { abort, timer: setTimeout(async () => {
    try {
      const { speckv, ...body } = prompt($("method").value, $("question").value);
      const counted = await (await call("/v1/speckv/count", key(), body, abort.signal)).json();
      const most = counted.max_prompt_tokens, over = most > 0 && counted.prompt_tokens > most;
      const chat = asChat() && conversation.turns.length ? " with the chat" : "";
      $("size").textContent = `${characters}, ${counted.prompt_tokens.toLocaleString("en")} tokens${chat}`
        + (most ? ` of at most ${most.toLocaleString("en")}${over ? ": too long unless the method compresses the prompt" : ""}` : "");
      $("size").classList.toggle("over", over);
    } catch { /* Only a hint is lost. The answer itself will say what is wrong. */ }
  }, COUNT_AFTER) };
}

function changed() {
  $("map").hidden = true; // the map belongs to another prompt
  $("heat").replaceChildren();
  showSize();
}

async function take(file) {
  if (!file) return;
  try {
    $("document").value = await read(file);
    tell(null);
    changed();
  } catch (error) {
    tell(error);
  }
}

function showExample() {
  Object.entries(example()).forEach(([id, text]) => { $(id).value = text; });
  form.wants("text");
  form.show(model());
  $("most").value = 16;
  if (!$("budget").disabled) $("budget").value = 256;
  changed();
}

$("ask").addEventListener("submit", event => {
  event.preventDefault();
  const question = $("question").value;
  // A text that is continued keeps its question for another try; a chat starts a new one.
  if (asChat()) $("question").value = "";
  ask(question);
});
$("settings").addEventListener("submit", event => event.preventDefault());
$("explain").addEventListener("click", () => run(async signal => {
  // If nothing is typed, explain the prompt of the last question.
  const last = $("question").value ? null : conversation.turns.pop();
  const body = prompt($("method").value, $("question").value || last?.question || "");
  if (last) conversation.turns.push(last);
  const explained = await (await call("/v1/speckv/explain", key(), body, signal)).json();
  $("mapped").textContent = heat($("heat"), explained);
  $("marked").hidden = !explained.marked;
  $("map").hidden = false;
  showBest($("heat"));
  $("map").scrollIntoView({ block: "nearest" });
}));
$("stop").addEventListener("click", () => running?.abort());
$("fresh").addEventListener("click", begin);
$("method").addEventListener("change", showMethod);
$("key").addEventListener("change", connect);
for (const name of ["document", "question", "budget", "system"]) $(name).addEventListener("input", changed);
$("form").addEventListener("change", () => {
  form.wants($("form").value);
  form.show(model());
});
for (const name of ["model", "form", "method"]) $(name).addEventListener("change", changed);
$("model").addEventListener("change", choose);
$("ask").addEventListener("keydown", event => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !$("send").disabled) {
    event.preventDefault();
    $("ask").requestSubmit();
  }
});
$("example").addEventListener("click", showExample);
$("file").addEventListener("change", event => take(event.target.files[0]));
$("drop").addEventListener("dragover", event => { event.preventDefault(); $("drop").classList.add("over"); });
$("drop").addEventListener("dragleave", () => $("drop").classList.remove("over"));
$("drop").addEventListener("drop", event => {
  event.preventDefault();
  $("drop").classList.remove("over");
  take(event.dataTransfer.files[0]);
});
connect();
