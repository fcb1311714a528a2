// An answer of a shape that zod names, with the openai package. A target that can hold no answer to a shape refuses to be asked.
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { model, question, root } from "./weather.mjs";

const client = new OpenAI({ baseURL: `${root}/v1`, apiKey: "none" });
const Warmest = z.object({ city: z.string(), celsius: z.number() });

try {
  const answer = await client.chat.completions.parse({
    model,
    messages: [{ role: "user", content: question }],
    response_format: zodResponseFormat(Warmest, "warmest"),
  });
  const { city, celsius } = answer.choices[0].message.parsed;
  console.log(`${city} with ${celsius.toFixed(1)} degrees`);
} catch (error) {
  if (!(error instanceof OpenAI.BadRequestError)) throw error;
  console.log(`refused for its ${error.param}: ${error.message}`);
}
