// What all examples share: where the router is, the question, and the tool that answers half of it.
export const root = process.env.SPECKV_URL ?? "http://127.0.0.1:8080";
export const model = process.env.SPECKV_MODEL ?? "tiny";
export const question = "Where is it warmer, in Paris or in Oslo?";
export const description = "Returns the temperature of a city";

export function weather({ city }) {
  console.log(`weather of ${city}`);
  return { celsius: city === "Paris" ? 21.5 : 9 };
}

export const parameters = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
};
