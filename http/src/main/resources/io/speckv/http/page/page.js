"use strict";
// Talks to the same endpoints as any client; keeps nothing but what the form shows.
const $ = id => document.getElementById(id);
const LEVELS = 9;
const MOST_SPANS = 30000;
let methods = [];
let running = null;

const headers = () => {
  const all = { "Content-Type": "application/json" };
  if ($("key").value) all.Authorization = "Bearer " + $("key").value;
  return all;
};

async function call(path, body, signal) {
  const response = await fetch(path, body
    ? { method: "POST", headers: headers(), body: JSON.stringify(body), signal }
    : { headers: headers(), signal });
  if (response.ok) return response;
  const problem = await response.json().catch(() => null);
  throw new Error(problem?.error?.message ?? `HTTP ${response.status}`);
}

function option(name) {
  const made = document.createElement("option");
  made.value = made.textContent = name;
  return made;
}

async function connect() {
  try {
    const [models, served] = await Promise.all(["/v1/models", "/v1/speckv/methods"].map(
      path => call(path).then(response => response.json())));
    methods = served.methods;
    $("model").replaceChildren(...models.data.map(model => option(model.id)));
    $("method").replaceChildren(...methods.map(method => option(method.name)));
    $("model").value = served.default_model || models.data[0]?.id;
    $("method").value = served.default_method;
    $("served").textContent = models.data.map(model => model.id).join(", ");
    $("problem").textContent = "";
    showMethod();
  } catch (error) {
    $("served").textContent = "not connected";
    $("problem").textContent = error.message;
  }
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

function figures(report, usage, first) {
  const parts = [`${report.kept_tokens} of ${report.prompt_tokens} tokens`];
  if (report.kv) parts.push(`KV ${bytes(report.kv.kept_bytes)} of ${bytes(report.kv.full_bytes)}`);
  if (usage) parts.push(`${usage.completion_tokens} generated`);
  parts.push(`first text after ${Math.round(first)} ms`);
  const early = report.lookahead?.full_cache_tokens;
  if (usage && early < usage.completion_tokens) parts.push(`${early} from the full cache`);
  if (report.fallback_reason) parts.push(`fell back to ${report.method}: ${report.fallback_reason.replaceAll("_", " ")}`);
  return parts.join(" · ");
}

async function answer(method, signal) {
  const card = $("answer").content.firstElementChild.cloneNode(true);
  const part = name => card.querySelector(name);
  part("h2").textContent = method;
  $("results").append(card);
  const begun = performance.now();
  let first = 0, report = null, usage = null;
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
      if (event.error) throw new Error(event.error.message);
      first ||= performance.now() - begun;
      const text = event.choices[0]?.delta?.content ?? event.choices[0]?.text ?? "";
      part(".text").append(part(".text").textContent ? text : text.trimStart());
      report = event.speckv ?? report;
      usage = event.usage ?? usage;
    }
    if (report) {
      part(".figures").textContent = figures(report, usage, first);
      waterfall(part(".stages"), report.timings);
    }
  } catch (error) {
    part(".text").classList.add("failed");
    part(".text").append(error.name === "AbortError" ? " (stopped)" : `\n${error.message}`);
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
    token.title = `${score === undefined ? "no score" : score.toPrecision(3)}, ${explained.kept[i] ? "kept" : "dropped"}`;
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

function showSize() {
  const count = Array.from($("document").value).length;
  $("size").textContent = count ? `${count.toLocaleString("en")} characters` : "empty";
}

async function take(file) {
  if (!file) return;
  $("document").value = await file.text();
  showSize();
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
  showSize();
}

$("ask").addEventListener("submit", event => {
  event.preventDefault();
  run(async signal => {
    $("results").replaceChildren();
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
$("document").addEventListener("input", showSize);
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
