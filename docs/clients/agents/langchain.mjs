// The same loop with LangChain: a model that tools are bound to.
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { z } from "zod";
import { description, model, question, root, weather } from "./weather.mjs";

const lookUp = tool(async (input) => JSON.stringify(weather(input)), {
  name: "weather",
  description,
  schema: z.object({ city: z.string() }),
});
const chat = new ChatOpenAI({ model, apiKey: "none", configuration: { baseURL: `${root}/v1` } }).bindTools([lookUp]);
const messages = [new HumanMessage(question)];

for (;;) {
  const answer = await chat.invoke(messages);
  messages.push(answer);
  if (!answer.tool_calls?.length) {
    console.log(answer.content);
    break;
  }
  for (const call of answer.tool_calls) {
    messages.push(new ToolMessage({ tool_call_id: call.id, content: await lookUp.invoke(call.args) }));
  }
}
