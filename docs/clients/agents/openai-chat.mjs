// A loop of chats with the openai package: streamed, until an answer calls nothing.
import OpenAI from "openai";
import { description, model, parameters, question, root, weather } from "./weather.mjs";

const client = new OpenAI({ baseURL: `${root}/v1`, apiKey: "none" });
const tools = [{ type: "function", function: { name: "weather", description, parameters } }];
const messages = [{ role: "user", content: question }];

for (;;) {
  const stream = client.chat.completions.stream({ model, messages, tools });
  const { message } = (await stream.finalChatCompletion()).choices[0];
  messages.push(message);
  if (!message.tool_calls?.length) {
    console.log(message.content);
    break;
  }
  for (const call of message.tool_calls) {
    const result = weather(JSON.parse(call.function.arguments));
    messages.push({ role: "tool", tool_call_id: call.id, content: JSON.stringify(result) });
  }
}
