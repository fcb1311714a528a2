"""Prints, as one line of JSON, how fast vLLM prefills prompts of the given lengths and decodes after each.

python speed.py CHECKPOINT DTYPE THREADS DECODE_STEPS VOCAB_SIZE PROMPT_TOKENS...
"""
import json
import os
import statistics
import sys
import time

checkpoint, dtype, *numbers = sys.argv[1:]
threads, steps, vocab_size, *prompts = map(int, numbers)
WARM_UP = 64
os.environ.update(
    OMP_NUM_THREADS=str(threads),
    VLLM_CPU_OMP_THREADS_BIND="nobind",
    VLLM_CPU_KVCACHE_SPACE="4",
    # The engine's loop runs in this process, so that each step can be timed.
    VLLM_ENABLE_V1_MULTIPROCESSING="0",
    VLLM_LOGGING_LEVEL="ERROR",
    VLLM_NO_USAGE_STATS="1",
    HF_HUB_OFFLINE="1",
)
from vllm import LLM, SamplingParams  # noqa: E402

llm = LLM(
    model=checkpoint,
    dtype=dtype,
    skip_tokenizer_init=True,
    max_model_len=max(WARM_UP, *prompts) + steps + 1,
    max_num_seqs=1,
    enable_prefix_caching=False,
    # Compiling graphs takes minutes.
    enforce_eager=True,
)
engine = llm.llm_engine


def measure(prompt_tokens):
    prompt = [3 + i * 7919 % (vocab_size - 3) for i in range(prompt_tokens)]
    sampling = SamplingParams(temperature=0, max_tokens=steps + 1, ignore_eos=True, detokenize=False)
    engine.add_request(str(prompt_tokens), {"prompt_token_ids": prompt}, sampling)
    seconds, said = [], 0
    since = time.perf_counter()
    while engine.has_unfinished_requests():
        for output in engine.step():
            if len(output.outputs[0].token_ids) > said:
                said = len(output.outputs[0].token_ids)
                now = time.perf_counter()
                seconds.append(now - since)
                since = now
    prefill, *decode = seconds
    return {
        "promptTokens": prompt_tokens,
        "prefillTokensPerSecond": prompt_tokens / prefill,
        "decodeTokensPerSecond": 1 / statistics.median(decode),
    }


measure(WARM_UP)
speeds = [measure(prompt) for prompt in prompts]
sys.stdout.flush()
print(json.dumps(speeds), flush=True)
os._exit(0)
