// What OpenAI's client can ask of a completion here, as lines of JSON; the prompt comes from standard input.
// OPENAI_BASE_URL=http://127.0.0.1:8080/v1 node tour.mjs < ../../examples/hidden-number.txt
import OpenAI from "openai";
import { readFileSync } from "node:fs";

const client = new OpenAI({
  baseURL: process.env.OPENAI_BASE_URL ?? "http://127.0.0.1:8080/v1",
  apiKey: process.env.OPENAI_API_KEY ?? "none",
});
const prompt = readFileSync(0, "utf8");
const model = (await client.models.list()).data[0].id;
const compressed = { method: "specpc", settings: { max_capacity_prompt: 256, lookahead_tokens: 16 } };
const ask = more => client.completions.create({ model, prompt, max_tokens: 24, temperature: 0, speckv: compressed, ...more });
const text = async more => (await ask(more)).choices[0].text;
const say = (what, found) => console.log(JSON.stringify({ [what]: found }));

// A stream that is left: what generates it stops.
const left = await ask({ stream: true, max_tokens: 3000, ignore_eos: true });
let chunks = 0;
for await (const chunk of left) {
  if (chunk.choices[0]?.text && ++chunks === 3) break;
}
say("left_after", chunks);

let streamed = "", kept;
for await (const chunk of await ask({ stream: true })) {
  streamed += chunk.choices[0]?.text ?? "";
  kept = chunk.speckv?.kept_tokens ?? kept;
}
say("streamed", streamed);
say("kept_tokens", kept);
say("compressed", await text());
say("whole", await text({ speckv: { method: "full" } }));

const { tokens, token_logprobs, top_logprobs } = (await ask({ logprobs: 2, max_tokens: 4 })).choices[0].logprobs;
say("logprobs", [tokens.length, token_logprobs.length, top_logprobs.length, Math.max(...token_logprobs) <= 0]);

const stopped = (await ask({ stop: ["172"] })).choices[0];
say("stopped", [stopped.text, stopped.finish_reason]);

const drawn = { temperature: 1.5, seed: 7, ignore_eos: true };
say("same_seed", (await text(drawn)) === (await text(drawn)));

const schema = { enum: [{ city: "Paris" }, { city: "Rome" }] };
const chat = await client.chat.completions.create({
  model,
  messages: [{ role: "user", content: "Which city?" }],
  max_tokens: 40,
  response_format: { type: "json_schema", json_schema: { name: "city", schema } },
});
say("held_to_schema", JSON.parse(chat.choices[0].message.content));
