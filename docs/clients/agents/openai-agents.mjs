// The same loop with OpenAI's agents, over chats and over Responses.
import { Agent, OpenAIProvider, Runner, setTracingDisabled, tool } from "@openai/agents";
import { z } from "zod";
import { description, model, question, root, weather } from "./weather.mjs";

setTracingDisabled(true);
for (const useResponses of [false, true]) {
  const modelProvider = new OpenAIProvider({ baseURL: `${root}/v1`, apiKey: "none", useResponses });
  const agent = new Agent({
    name: "Weather",
    instructions: "Be terse.",
    model,
    tools: [
      tool({
        name: "weather",
        description,
        parameters: z.object({ city: z.string() }),
        execute: async (input) => JSON.stringify(weather(input)),
      }),
    ],
  });
  const result = await new Runner({ modelProvider }).run(agent, question);
  console.log(result.finalOutput);
}
