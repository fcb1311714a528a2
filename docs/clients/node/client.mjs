#!/usr/bin/env node
// Streams an answer from a speckv router. See ../README.md.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const { values } = parseArgs({
  options: {
    router: { type: "string", default: "localhost:9000" },
    method: { type: "string", default: "" },
    "max-new-tokens": { type: "string", default: "64" },
  },
});
const protos = fileURLToPath(new URL("../../../proto/src/main/proto", import.meta.url));
const definition = protoLoader.loadSync("speckv/v1/inference.proto", { includeDirs: [protos], keepCase: true });
const { InferenceService } = grpc.loadPackageDefinition(definition).speckv.v1;
const router = new InferenceService(values.router, grpc.credentials.createInsecure());

const answer = router.Generate({
  prompt: { text: readFileSync(0, "utf8") },
  method: { name: values.method },
  sampling: { max_new_tokens: Number(values["max-new-tokens"]) },
});
answer.on("data", ({ delta, finished }) => {
  if (delta) process.stdout.write(delta.text);
  if (finished) console.error(`\n${finished.usage.kept_token_count} of ${finished.usage.prompt_token_count} tokens read`);
});
answer.on("error", (error) => {
  console.error(`${grpc.status[error.code]}: ${error.details}`);
  process.exitCode = 1;
});
answer.on("end", () => router.close());
