// Prints, as one line of JSON, how fast llama.cpp prefills prompts of the given lengths and decodes after each.
// node speed.mjs INSTALL_DIR MODEL.gguf THREADS DECODE_STEPS VOCAB_SIZE PROMPT_TOKENS...
import {join, resolve} from "node:path";
import {pathToFileURL} from "node:url";

const [installDir, modelPath, ...numbers] = process.argv.slice(2);
const [threads, steps, vocabSize, ...prompts] = numbers.map(Number);
const entry = join(resolve(installDir), "node_modules", "node-llama-cpp", "dist", "index.js");
const {getLlama} = await import(pathToFileURL(entry).href);

const llama = await getLlama({gpu: false, build: "never", maxThreads: threads, logLevel: "error", progressLogs: false});
const model = await llama.loadModel({modelPath, gpuLayers: 0, ignoreMemorySafetyChecks: true});

async function measure(promptTokens) {
    const context = await model.createContext({
        contextSize: promptTokens + steps + 1,
        threads: {ideal: threads, min: threads},
        ignoreMemorySafetyChecks: true
    });
    const prompt = Array.from({length: promptTokens}, (_, i) => 3 + (i * 7919) % (vocabSize - 3));
    const tokens = context.getSequence().evaluate(prompt, {temperature: 0, yieldEogToken: true});
    const seconds = [];
    for (let i = 0; i <= steps; i++) {
        const started = performance.now();
        await tokens.next();
        seconds.push((performance.now() - started) / 1000);
    }
    await tokens.return();
    await context.dispose();
    const [prefill, ...decode] = seconds;
    decode.sort((a, b) => a - b);
    return {
        promptTokens,
        prefillTokensPerSecond: promptTokens / prefill,
        decodeTokensPerSecond: 1 / decode[decode.length >> 1]
    };
}

await measure(64);
const speeds = [];
for (const prompt of prompts) {
    speeds.push(await measure(prompt));
}
console.log(JSON.stringify(speeds));
process.exit(0);
