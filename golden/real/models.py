"""Records what transformers does with the small real models that fetch makes: models/NAME.json of each.

    python models.py NAME MODEL [TOKENIZER]

MODEL is a folder or a GGUF file, TOKENIZER the published folder of the same tokenizer, without whose chat template the file is.
Needs torch, transformers, accelerate and gguf (2.6.0, 4.57.6, 1.15.0 and 0.19.0 were used). Of others' models only ids are kept:

  greedy   prompt ids, and the tokens that follow in float32 with transformers' own cache; margin is how far the closest of them
           was from another
  texts    texts and their ids, with and without what the tokenizer puts around
  chats    messages and tools, and the ids of apply_chat_template with the turn of the assistant begun; none where the model has no template
"""

import json
import os
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import torch  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

HERE = Path(__file__).resolve().parent
TOKENS = 32
BEGUN = [
    "The capital of France is",
    "def fibonacci(n):\n    \"\"\"Returns the n-th number.\"\"\"\n",
]
# Longer than Gemma's window.
LENGTHS = [120, 700]
TEXTS = ["", "Hello world", "  two spaces", "x\n\ny 1234567", "ﬁ e\u0301 🙂 ünïcödé", "你好, 世界 \t x", "end ", "it's   don't\r\n\r\n"]
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city, \"now\" <or> later & with ü.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
CALL = {"type": "function", "function": {"name": "get_weather", "arguments": {"city": "Zürich"}}}
CHATS = [
    {"messages": [{"role": "user", "content": "Hello, it's  me!\n\n 12345 ünïcödé 🙂"}]},
    {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is 2+2?"}]},
    {
        "messages": [
            {"role": "user", "content": " leading and trailing "},
            {"role": "assistant", "content": "Sure.\n"},
            {"role": "user", "content": "你好\u0301 \t x"},
        ]
    },
    {"messages": [{"role": "user", "content": "Weather in Zürich?"}], "tools": [WEATHER]},
    {
        "messages": [
            {"role": "system", "content": "Use tools."},
            {"role": "user", "content": "Weather?"},
            {"role": "assistant", "content": "", "tool_calls": [CALL]},
            {"role": "tool", "content": "{\"degrees\": 7}"},
            {"role": "tool", "content": "sunny"},
        ],
        "tools": [WEATHER],
    },
]


def opened(kind, path, **how):
    path = Path(path)
    return kind.from_pretrained(path, **how) if path.is_dir() else kind.from_pretrained(path.parent, gguf_file=path.name, **how)


def greedy(model, ids):
    with torch.no_grad():
        out = model.generate(
            torch.tensor([ids]),
            attention_mask=torch.ones(1, len(ids), dtype=torch.long),
            max_new_tokens=TOKENS,
            min_new_tokens=TOKENS,
            do_sample=False,
            repetition_penalty=1.0,
            eos_token_id=None,
            pad_token_id=0,
            output_logits=True,
            return_dict_in_generate=True,
        )
    margins = [float(best[0] - best[1]) for best in (logits[0].topk(2).values for logits in out.logits)]
    return {"prompt": ids, "tokens": out.sequences[0, len(ids) :].tolist(), "margin": round(min(margins), 4)}


def chat(tokenizer, each):
    ids = tokenizer.apply_chat_template(each["messages"], tools=each.get("tools"), add_generation_prompt=True, tokenize=True)
    return {**each, "ids": ids}


def main(name, path, published=None):
    tokenizer = opened(AutoTokenizer, published or path)
    model = opened(AutoModelForCausalLM, path, torch_dtype=torch.float32, attn_implementation="eager").eval()
    licence = tokenizer((HERE.parent.parent / "LICENSE").read_text()).input_ids
    prompts = [tokenizer(text).input_ids for text in BEGUN] + [licence[:length] for length in LENGTHS]
    recorded = {
        "greedy": [greedy(model, ids) for ids in prompts],
        "texts": [
            {
                "text": text,
                "ids": tokenizer(text).input_ids,
                "without": tokenizer(text, add_special_tokens=False).input_ids,
            }
            for text in TEXTS
        ],
        "chats": [chat(tokenizer, each) for each in CHATS] if tokenizer.chat_template and not published else [],
    }
    (HERE / "models").mkdir(exist_ok=True)
    (HERE / "models" / f"{name}.json").write_text(json.dumps(recorded, ensure_ascii=False) + "\n")
    for each in recorded["greedy"]:
        print(name, len(each["prompt"]), "margin", each["margin"], repr(tokenizer.decode(each["tokens"]))[:100])


if __name__ == "__main__":
    main(*sys.argv[1:])
