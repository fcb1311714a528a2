// Calls of the server's own HTTP API, as any client makes them.

// Errors in words for visitors, by the API's codes. The server's own text follows in brackets.
const WORDS = {
  invalid_api_key: "This server asks for an API key: enter it under “System prompt, sampling, model and key”.",
  context_length_exceeded: "The prompt is too long for this model: shorten the document or begin a new chat, or choose a method that compresses the prompt.",
  request_too_large: "The document is larger than this server takes.",
  no_target: "The model cannot be reached just now. Try again in a moment.",
  draft_unavailable: "The model that selects what matters cannot be reached just now. Try again, or choose method “full”.",
  loading: "The model is still loading. Try again in a moment.",
  draining: "The server is about to stop. Try again in a moment.",
  target_lost: "The model went away in the middle of the answer. Ask again.",
  queue_full: "Too many others are asking just now. Try again in a moment.",
  too_many_requests: "Too many others are asking just now. Try again in a moment.",
  kv_memory: "The model has no memory left for a prompt of this length just now.",
  slow_consumer: "The answer was not read in time. Ask again.",
  deadline: "The answer took longer than this server allows.",
  unexpected: "Something went wrong on the server.",
};

export class KeyNeeded extends Error {}

export function failure(error) {
  const words = WORDS[error.code];
  return new Error(words ? `${words} (${error.message})` : error.message);
}

/** Returns the response. Throws a failure in words: KeyNeeded if a key would help. */
export async function call(path, key, body, signal) {
  const headers = { "Content-Type": "application/json" };
  if (key) headers.Authorization = "Bearer " + key;
  let response;
  try {
    response = await fetch(path, body ? { method: "POST", headers, body: JSON.stringify(body), signal } : { headers, signal });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Error("The server cannot be reached.");
  }
  if (response.ok) return response;
  const problem = failure((await response.json().catch(() => null))?.error ?? { message: `HTTP ${response.status}` });
  throw response.status === 401 ? new KeyNeeded(problem.message) : problem;
}

/** The events of a stream, parsed. */
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      if (part.startsWith(":")) continue; // a comment that keeps the connection alive
      const data = part.replace(/^data: /, "");
      if (data === "[DONE]") return;
      yield JSON.parse(data);
    }
  }
}
