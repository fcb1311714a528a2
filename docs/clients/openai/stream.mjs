// Streams an answer about a long document: OPENAI_BASE_URL=http://127.0.0.1:8080/v1 node stream.mjs
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: process.env.OPENAI_BASE_URL ?? "http://127.0.0.1:8080/v1",
  apiKey: process.env.OPENAI_API_KEY ?? "none",
  maxRetries: 2,
});

const model = (await client.models.list()).data[0].id;
const stream = await client.chat.completions.create({
  model,
  messages: [{ role: "user", content: "Notes: the code is 4711.\n\nWhat is the code?" }],
  max_tokens: 32,
  stream: true,
  stream_options: { include_usage: true },
  speckv: { method: "specpc", settings: { max_capacity_prompt: 256 } },
});
let report;
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
  report = chunk.speckv ?? report;
  if (chunk.usage) console.log(`\n${chunk.usage.prompt_tokens} prompt tokens`);
}
console.log(`${report.method} kept ${report.kept_tokens}`);

try {
  await client.chat.completions.create({ model, messages: [{ role: "user", content: "hi" }], n: 33 });
} catch (error) {
  if (!(error instanceof OpenAI.BadRequestError)) throw error;
  console.log(`${error.param}: ${error.message}`);
}
