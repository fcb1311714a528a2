"use strict";
// Talks to the same endpoints as any client; keeps nothing but what the form shows.
const $ = id => document.getElementById(id);
const LEVELS = 9;
const MOST_SPANS = 30000;
// What a visitor should know of the models that come with the project.
const NOTES = { "speckv-tiny-target": "a small model trained to find needles hidden in a text, and little else: it shows the machinery, not what a real model knows" };
// Errors in a visitor's words, by the API's codes; what the server says follows in brackets.
const WORDS = {
  invalid_api_key: "This server asks for an API key: enter it under “Model, form and key”.",
  context_length_exceeded: "The document is too long for this model: shorten it, or choose a method that compresses the prompt.",
  request_too_large: "The document is larger than this server takes.",
  no_target: "The model cannot be reached just now. Try again in a moment.",
  draft_unavailable: "The model that selects what matters cannot be reached just now. Try again, or choose method “full”.",
  loading: "The model is still loading. Try again in a moment.",
  draining: "The server is about to stop. Try again in a moment.",
  target_lost: "The model went away in the middle of the answer. Ask again.",
  queue_full: "Too many others are asking just now. Try again in a moment.",
  too_many_requests: "Too many others are asking just now. Try again in a moment.",
  kv_memory: "The model has no memory left for a document of this length just now.",
  slow_consumer: "The answer was not read in time. Ask again.",
  deadline: "The answer took longer than this server allows.",
  unexpected: "Something went wrong on the server.",
};
const COUNT_AFTER = 600;
const COUNT_MOST = 4 << 20;
let methods = [];
let models = [];
let running = null;
let counting = null;

const headers = () => {
  const all = { "Content-Type": "application/json" };
  if ($("key").value) all.Authorization = "Bearer " + $("key").value;
  return all;
};

async function call(path, body, signal) {
  let response;
  try {
    response = await fetch(path, body
      ? { method: "POST", headers: headers(), body: JSON.stringify(body), signal }
      : { headers: headers(), signal });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Error("The server cannot be reached.");
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => null);
  if (response.status === 401) askForKey();
  throw failure(problem?.error ?? { message: `HTTP ${response.status}` });
}

function failure(error) {
  const words = WORDS[error.code];
  return new Error(words ? `${words} (${error.message})` : error.message);
}

function askForKey() {
  $("more").open = true;
  $("key").focus();
}

function option(name) {
  const made = document.createElement("option");
  made.value = made.textContent = name;
  return made;
}

async function connect() {
  try {
    const [listed, served] = await Promise.all(["/v1/models", "/v1/speckv/methods"].map(
      path => call(path).then(response => response.json())));
    models = listed.data;
    $("model").replaceChildren(...models.map(model => option(model.id)));
    $("model").value = served.default_model || models[0]?.id;
    $("problem").textContent = "";
    showModel();
    offer(served);
    showSize();
  } catch (error) {
    $("served").textContent = "not connected";
    $("problem").textContent = error.message;
  }
}

// Models differ in what they can do, and in their defaults.
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
    const response = await call("/v1/speckv/methods?model=" + encodeURIComponent(asked));
    const served = await response.json();
    if ($("model").value === asked) offer(served);
  } catch (error) {
    $("problem").textContent = error.message;
  }
}

const model = () => models.find(one => one.id === $("model").value);

function showModel() {
  const one = model(), own = one?.speckv ?? {};
  if (!one) return;
  const parts = [own.not_ready_reason && `cannot be asked now, ${own.not_ready_reason}`, NOTES[one.id], [own.family, own.dtype, own.device && `on ${own.device}`].filter(Boolean).join(" "),
    one.max_model_len && `reads up to ${one.max_model_len.toLocaleString("en")} tokens`];
  $("served").textContent = `${one.id}: ${parts.filter(Boolean).join("; ")}`;
}

const chosen = () => methods.find(method => method.name === $("method").value);

// A cascade's budget is its first stage's; a method without one (full) takes none.
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

const asChat = () => $("form").value === "chat";

function prompt(method) {
  const text = [$("document").value, $("question").value].filter(part => part.trim()).join("\n\n");
  const speckv = { method };
  const budget = method === chosen()?.name && budgetOf(chosen());
  if (budget && $("budget").value) speckv.settings = budget.put(Number($("budget").value));
  const form = asChat() ? { messages: [{ role: "user", content: text }] } : { prompt: text };
  return { model: $("model").value || undefined, ...form, speckv };
}

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      if (part.startsWith(":")) continue; // a comment that keeps the connection
      const data = part.replace(/^data: /, "");
      if (data === "[DONE]") return;
      yield JSON.parse(data);
    }
  }
}

function lane(list, name, start, elapsed, total) {
  const row = document.createElement("li");
  const [label, track, bar, ms] = ["span", "span", "span", "span"].map(tag => document.createElement(tag));
  label.textContent = name.replaceAll("_", " ");
  track.className = "lane";
  bar.className = /queue|waiting/.test(name) ? "bar waiting" : "bar";
  bar.style.left = `${100 * start / total}%`;
  bar.style.width = `${100 * elapsed / total}%`;
  ms.className = "ms";
  ms.textContent = elapsed >= 10 ? `${Math.round(elapsed)} ms` : `${elapsed.toFixed(1)} ms`;
  track.append(bar);
  row.append(label, track, ms);
  list.append(row);
}

function waterfall(list, timings) {
  const total = Math.max(1e-3, ...timings.map(timing => timing.start_ms + timing.elapsed_ms));
  list.replaceChildren();
  timings.forEach(timing => lane(list, timing.stage, timing.start_ms, timing.elapsed_ms, total));
}

const bytes = n => n >= 1048576 ? `${(n / 1048576).toFixed(1)} MiB` : `${(n / 1024).toFixed(1)} KiB`;

/* What another engine in the target's place cannot do, and prompts not worth compressing. */
const NO_FAULT = ["target_without_cache_stage", "target_without_original_positions", "short_prompt"];

function figures(report, usage, first) {
  const parts = [`${report.kept_tokens} of ${report.prompt_tokens} tokens`];
  if (report.protected_tokens) parts.push(`${report.protected_tokens} protected`);
  if (report.collapse) parts.push(`choice looks wrong: ${report.collapse.replaceAll("_", " ")}`);
  if (report.kv) parts.push(`KV ${bytes(report.kv.kept_bytes)} of ${bytes(report.kv.full_bytes)}`);
  if (usage) parts.push(`${usage.completion_tokens} generated`);
  parts.push(`first text after ${Math.round(first)} ms`);
  const early = report.lookahead?.full_cache_tokens;
  if (usage && early < usage.completion_tokens) parts.push(`${early} from the full cache`);
  const reason = report.fallback_reason?.replaceAll("_", " ");
  if (reason) parts.push(NO_FAULT.includes(report.fallback_reason) ? `${report.method}: ${reason}` : `fell back to ${report.method}: ${reason}`);
  return parts.join(" · ");
}

function cut(usage) {
  const most = Number($("most").value);
  return most && usage?.completion_tokens >= most
    ? `The answer was cut after ${most} tokens, as “Answer” asks: a larger number lets it go on.`
    : "The answer was cut: the model has no room for more behind this document.";
}

async function answer(method, signal) {
  const card = $("answer").content.firstElementChild.cloneNode(true);
  const part = name => card.querySelector(name);
  part("h2").textContent = method;
  $("results").append(card);
  const begun = performance.now();
  let first = 0, report = null, usage = null, ended = null;
  // Until the service tells its stages at the end, the page shows what it sees itself.
  const live = () => {
    if (report) return;
    const now = performance.now() - begun, seen = first || now;
    part(".stages").replaceChildren();
    lane(part(".stages"), "waiting", 0, seen, now);
    if (first) lane(part(".stages"), "answer", seen, now - seen, now);
  };
  const clock = setInterval(live, 100);
  try {
    const body = { ...prompt(method), stream: true, stream_options: { include_usage: true }, max_tokens: Number($("most").value) || undefined };
    for await (const event of events(await call(asChat() ? "/v1/chat/completions" : "/v1/completions", body, signal))) {
      if (event.error) throw failure(event.error);
      first ||= performance.now() - begun;
      part(".thought").append(event.choices[0]?.delta?.reasoning_content ?? "");
      const text = event.choices[0]?.delta?.content ?? event.choices[0]?.text ?? "";
      part(".text").append(part(".text").textContent ? text : text.trimStart());
      ended = event.choices[0]?.finish_reason ?? ended;
      report = event.speckv ?? report;
      usage = event.usage ?? usage;
    }
    if (report) {
      part(".figures").textContent = figures(report, usage, first);
      waterfall(part(".stages"), report.timings);
    }
    if (ended === "length") part(".cut").textContent = cut(usage);
  } catch (error) {
    const stopped = error.name === "AbortError";
    if (!stopped) part(".text").classList.add("failed");
    if (stopped) part(".cut").textContent = "You stopped this answer.";
    else part(".text").append(`${part(".text").textContent ? "\n" : ""}${error.message}`);
  } finally {
    clearInterval(clock);
  }
}

function heat(explained) {
  const points = Array.from(explained.text); // spans count code points
  // By the root of the score: a few tokens stand out a hundredfold, and the rest should still be told apart.
  const top = explained.scores.reduce((most, score) => Math.max(most, score), 0);
  const level = score => top > 0 && score > 0 ? Math.ceil(LEVELS * Math.sqrt(score / top)) : 0;
  const parts = document.createDocumentFragment();
  const count = Math.min(explained.starts.length, MOST_SPANS);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const from = Math.max(at, explained.starts[i]), to = Math.max(from, explained.ends[i]);
    if (from > at) parts.append(points.slice(at, from).join(""));
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
  $("heat").replaceChildren(parts);
  const more = explained.starts.length - count;
  $("mapped").textContent = `${explained.speckv.kept_tokens} of ${explained.speckv.prompt_tokens} tokens would reach the target`
    + (more > 0 ? ` (the first ${count} are shown).` : ".");
  $("map").hidden = false;
  const best = $("heat").querySelector(`.h${LEVELS}`);
  if (best) $("heat").scrollTop = best.offsetTop - $("heat").offsetTop - $("heat").clientHeight / 3;
}

async function run(work) {
  running = new AbortController();
  $("problem").textContent = "";
  $("send").disabled = $("explain").disabled = true;
  $("stop").hidden = false;
  try {
    await work(running.signal);
  } catch (error) {
    if (error.name !== "AbortError") $("problem").textContent = error.message;
  } finally {
    $("send").disabled = $("explain").disabled = false;
    $("stop").hidden = true;
  }
}

// How long the document is in the model's own tokens, against what it takes: asked once typing rests.
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
      const body = prompt($("method").value);
      delete body.speckv;
      const counted = await (await call("/v1/speckv/count", body, abort.signal)).json();
      const most = counted.max_prompt_tokens, over = most > 0 && counted.prompt_tokens > most;
      $("size").textContent = `${characters}, ${counted.prompt_tokens.toLocaleString("en")} tokens`
        + (most ? ` of at most ${most.toLocaleString("en")}${over ? ": too long unless the method compresses the prompt" : ""}` : "");
      $("size").classList.toggle("over", over);
    } catch { /* the count is a courtesy: asking tells what is wrong */ }
  }, COUNT_AFTER) };
}

function changed() {
  $("map").hidden = true; // it shows another prompt
  $("heat").replaceChildren();
  showSize();
}

async function take(file) {
  if (!file) return;
  const start = new Uint8Array(await file.slice(0, 4096).arrayBuffer());
  const pdf = String.fromCharCode(...start.slice(0, 5)) === "%PDF-";
  if (pdf || start.includes(0)) {
    $("problem").textContent = pdf
      ? `${file.name} is a PDF, which this page cannot read: copy its text and paste it here.`
      : `${file.name} is not a text file: copy its text and paste it here.`;
    return;
  }
  $("problem").textContent = "";
  $("document").value = await file.text();
  changed();
}

// A number hidden in noise: a text that any model can finish, not a chat.
function example() {
  const noise = "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.\n";
  const key = "silver-harbor", number = 1e6 + Math.floor(9e6 * Math.random());
  $("document").value = "A special magic number is hidden within the following text. Make sure to memorize it. I will quiz"
    + ` you about the number afterwards.\n${noise.repeat(17)}One of the special magic numbers for ${key} is: ${number}.\n`
    + noise.repeat(23);
  $("question").value = `What is the special magic number for ${key} mentioned in the provided text? The special magic`
    + ` number for ${key} mentioned in the provided text is`;
  $("form").value = "text";
  $("most").value = 16;
  if (!$("budget").disabled) $("budget").value = 256;
  changed();
}

$("ask").addEventListener("submit", event => {
  event.preventDefault();
  run(async signal => {
    $("results").replaceChildren();
    $("map").hidden = true;
    const asked = $("method").value;
    await answer(asked, signal);
    if ($("compare").checked && !$("compare").disabled && !signal.aborted) await answer("full", signal);
  });
});
$("explain").addEventListener("click", () => run(async signal => {
  const response = await call("/v1/speckv/explain", prompt($("method").value), signal);
  heat(await response.json());
}));
$("stop").addEventListener("click", () => running?.abort());
$("method").addEventListener("change", showMethod);
$("key").addEventListener("change", connect);
for (const name of ["document", "question", "budget"]) $(name).addEventListener("input", changed);
for (const name of ["model", "form", "method"]) $(name).addEventListener("change", changed);
$("model").addEventListener("change", choose);
$("ask").addEventListener("keydown", event => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !$("send").disabled) {
    event.preventDefault();
    $("ask").requestSubmit();
  }
});
$("example").addEventListener("click", example);
$("file").addEventListener("change", event => take(event.target.files[0]));
$("drop").addEventListener("dragover", event => { event.preventDefault(); $("drop").classList.add("over"); });
$("drop").addEventListener("dragleave", () => $("drop").classList.remove("over"));
$("drop").addEventListener("drop", event => {
  event.preventDefault();
  $("drop").classList.remove("over");
  take(event.dataTransfer.files[0]);
});
connect();
