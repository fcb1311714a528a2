// The same loop with Vercel's AI SDK, which runs it by itself: node ai-sdk.mjs chat|responses|anthropic
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { description, model, question, root, weather } from "./weather.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false;
const openai = createOpenAI({ baseURL: `${root}/v1`, apiKey: "none" });
const anthropic = createAnthropic({ baseURL: `${root}/v1`, apiKey: "none" });
const models = {
  chat: () => openai.chat(model),
  responses: () => openai.responses(model),
  anthropic: () => anthropic(model),
};
const asked = {
  model: models[process.argv[2] ?? "chat"](),
  prompt: question,
  tools: {
    weather: tool({ description, inputSchema: z.object({ city: z.string() }), execute: async (input) => weather(input) }),
  },
  stopWhen: stepCountIs(5),
  // Nothing is stored at the router: without this the second request would refer to items of the first.
  providerOptions: { openai: { store: false } },
};
const { text, steps } = await generateText(asked);
console.log(`${text} (${steps.length} steps)`);
const streamed = streamText(asked);
console.log(`${await streamed.text} (${(await streamed.steps).length} steps)`);
