// The figures of an answer's report, as words and bars.

const bytes = n => n >= 1048576 ? `${(n / 1048576).toFixed(1)} MiB` : `${(n / 1024).toFixed(1)} KiB`;

/* Reasons that are no failure: the target is another engine with fewer abilities, or the prompt is too short to compress. */
const NO_FAULT = ["target_without_cache_stage", "target_without_original_positions", "short_prompt"];

/** Returns one line about what was kept, reused and done; `first` is the time to the first text in ms. */
export function figures(report, usage, first) {
  const parts = [`${report.kept_tokens} of ${report.prompt_tokens} tokens`];
  if (report.mark_tokens) parts.push(`${report.mark_tokens} of them marks`);
  const cached = usage?.prompt_tokens_details?.cached_tokens;
  if (cached) parts.push(`${cached} reused`);
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

/** Draws the times of the stages, which the service sends at the end. */
export function waterfall(list, timings) {
  const total = Math.max(1e-3, ...timings.map(timing => timing.start_ms + timing.elapsed_ms));
  list.replaceChildren();
  timings.forEach(timing => lane(list, timing.stage, timing.start_ms, timing.elapsed_ms, total));
}

/** Draws the times that the page itself measures until then; `first` is 0 before the first text. */
export function waiting(list, first, now) {
  const seen = first || now;
  list.replaceChildren();
  lane(list, "waiting", 0, seen, now);
  if (first) lane(list, "answer", seen, now - seen, now);
}
