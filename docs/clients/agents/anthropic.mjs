// The same loop with Anthropic's package.
import Anthropic from "@anthropic-ai/sdk";
import { description, model, parameters, question, root, weather } from "./weather.mjs";

const client = new Anthropic({ baseURL: root, apiKey: "none" });
const tools = [{ name: "weather", description, input_schema: parameters }];
const messages = [{ role: "user", content: question }];
const { input_tokens } = await client.messages.countTokens({ model, messages, tools });
console.log(`${input_tokens > 0 ? "some" : "no"} tokens`);

for (;;) {
  const message = await client.messages.stream({ model, max_tokens: 256, messages, tools }).finalMessage();
  messages.push({ role: "assistant", content: message.content });
  if (message.stop_reason !== "tool_use") {
    console.log(message.content.filter((block) => block.type === "text").map((block) => block.text).join(""));
    break;
  }
  const results = message.content
    .filter((block) => block.type === "tool_use")
    .map((call) => ({ type: "tool_result", tool_use_id: call.id, content: JSON.stringify(weather(call.input)) }));
  messages.push({ role: "user", content: results });
}
