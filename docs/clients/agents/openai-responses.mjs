// The same loop with Responses: each request brings the whole conversation.
import OpenAI from "openai";
import { description, model, parameters, question, root, weather } from "./weather.mjs";

const client = new OpenAI({ baseURL: `${root}/v1`, apiKey: "none" });
const tools = [{ type: "function", name: "weather", description, parameters, strict: false }];
const input = [{ role: "user", content: question }];

for (;;) {
  const stream = client.responses.stream({ model, input, tools, store: false });
  const response = await stream.finalResponse();
  input.push(...response.output);
  const calls = response.output.filter((item) => item.type === "function_call");
  if (!calls.length) {
    console.log(response.output_text);
    break;
  }
  for (const call of calls) {
    const output = JSON.stringify(weather(JSON.parse(call.arguments)));
    input.push({ type: "function_call_output", call_id: call.call_id, output });
  }
}
