#!/usr/bin/env python3
"""Renders chat templates with Jinja2 as transformers sets it up, for the tests to compare with.

    chat_templates.py language OUT.json            the language: every template of jinja-language/*.json, by topic
    chat_templates.py corpus OUT.json SOURCE...    real templates with chats of every kind

A SOURCE is a folder or a wheel (a zip file), searched for *.jinja, tokenizer_config.json with a chat_template, and any
other JSON file with "chat_template" keys. Needs python3-jinja2 and nothing else. Templates of others stay outside this
repository: OUT.json of a corpus goes to text/target/chat-templates.json, where ChatTemplateCorpusTest looks for it.
"""
import datetime
import hashlib
import json
import pathlib
import sys
import traceback
import zipfile

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

NOW = datetime.datetime(2025, 3, 7, 14, 5, 9)


class Generation(jinja2.ext.Extension):
    """transformers' {% generation %}: its body as it is."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.Scope(body).set_lineno(line)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def environment():
    env = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = lambda format: NOW.strftime(format)
    return env


def compiled(template):
    try:
        return environment().from_string(template)
    except (jinja2.exceptions.TemplateSyntaxError, SyntaxError) as e:
        return e


def rendered(template, variables):
    if isinstance(template, Exception):
        refused = {"error": f"{type(template).__name__}: {template}"}
        # Other errors name lines of the Python that Jinja makes of a template.
        return {**refused, "line": template.lineno} if isinstance(template, jinja2.TemplateSyntaxError) else refused
    try:
        return {"rendered": template.render(**variables)}
    except Exception as e:  # Whatever Python raises is a refusal.
        # Jinja names the lines of a template in the traceback: the last is where it failed.
        lines = [frame.lineno for frame in traceback.extract_tb(e.__traceback__) if frame.filename == "<template>"]
        return {"error": f"{type(e).__name__}: {e}"[:300], "line": lines[-1]}


def call(name, arguments):
    return {"id": "call00001", "type": "function", "function": {"name": name, "arguments": arguments}}


WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city, \"now\" <or> later & with ü.",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "Name"},
                "days": {"type": "integer", "minimum": 1, "default": 3},
                "unit": {"type": ["string", "null"], "enum": ["C", "F", None]},
                "exact": {"type": "boolean", "default": False},
                "weights": {"type": "array", "items": {"type": "number"}, "default": [0.5, 1e-7]},
            },
            "required": ["city"],
        },
        "return": {"type": "object"},
    },
}
TIME = {
    "type": "function",
    "function": {
        "name": "now",
        "description": "The time",
        "parameters": {"type": "object", "properties": {}, "required": []},
    },
}


def message(role, content, **more):
    return {"role": role, "content": content, **more}


USER = message("user", "Hello, it's <me>!\nSecond line  ")
PARTS = [{"type": "text", "text": "What is"}, {"type": "text", "text": " this?"}]
CHATS = {
    "user": [USER],
    "turns": [USER, message("assistant", "Hi {{ there }}."), message("user", "And now?")],
    "system": [message("system", "You are terse. "), USER],
    "system-turns": [
        message("system", "Be kind."),
        USER,
        message("assistant", "Hello"),
        message("user", "Bye"),
    ],
    "late-system": [USER, message("system", "Change of plan"), message("user", "Go on")],
    "ends-with-assistant": [USER, message("assistant", "I think")],
    "parts": [message("user", PARTS)],
    "image": [message("user", [{"type": "image"}, {"type": "text", "text": "What is this?"}])],
    "reasoning": [
        USER,
        message("assistant", "<think>\nHm.\n</think>\n\nFour", reasoning_content="Hm."),
        message("user", "Sure?"),
        message("assistant", "Yes.", reasoning_content="I am."),
    ],
    "tool-call": [
        USER,
        message("assistant", None, tool_calls=[call("get_weather", {"city": "Zürich", "days": 2, "exact": True})]),
    ],
    "tool-round": [
        message("system", "Use tools."),
        USER,
        message("assistant", "", tool_calls=[call("get_weather", {"city": "Rom", "weights": [1.0, 2]}), call("now", {})]),
        message("tool", '{"degrees": 21.5, "sky": null}', tool_call_id="call00001", name="get_weather"),
        message("tool", "noon", tool_call_id="call00002", name="now"),
        message("assistant", "Warm, at noon."),
        message("user", "Thanks"),
    ],
    "empty": [message("user", "")],
    "no-messages": [],
    "emoji": [message("user", "👩‍👩‍👧 \u0301e ﬁ \u2028 \t x"), message("assistant", "🙂"), message("user", "\u00a0ok\u00a0")],
}


def cases():
    for name, messages in CHATS.items():
        for prompt in (True, False):
            yield f"{name} {prompt}", {"messages": messages, "add_generation_prompt": prompt}
    for name in ("user", "system-turns", "tool-call", "tool-round"):
        yield f"{name} tools", {"messages": CHATS[name], "add_generation_prompt": True, "tools": [WEATHER, TIME]}
    for switch in ({"enable_thinking": False}, {"enable_thinking": True}, {"thinking": True}, {"reasoning_effort": "high"}):
        for name in ("system-turns", "reasoning"):
            yield f"{name} {switch}", {"messages": CHATS[name], "add_generation_prompt": True, **switch}
    documents = [{"title": "T", "text": "Some text.", "doc_id": 1}]
    yield "documents", {"messages": CHATS["user"], "add_generation_prompt": True, "documents": documents}


TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}


def found(text):
    """Yields name and template of a JSON file."""
    pending = [("", json.loads(text))]
    while pending:
        path, node = pending.pop()
        if isinstance(node, list):
            pending += [(f"{path}/{i}", child) for i, child in enumerate(node)]
        elif isinstance(node, dict):
            named = node.get("model_name") or node.get("name")
            for key, child in node.items():
                if key == "chat_template" and isinstance(child, str) and "{" in child:
                    yield f"{path}:{named}" if isinstance(named, str) else path, child
                elif key == "chat_template" and isinstance(child, list):
                    yield from ((f"{path}#{entry.get('name')}", entry["template"]) for entry in child)
                elif not isinstance(child, str):
                    pending.append((f"{path}/{key}", child))


def files(source):
    path = pathlib.Path(source)
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and file.suffix in (".jinja", ".json") and file.name != "tokenizer.json":
                yield str(file.relative_to(path)), file.read_bytes()
    else:
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith((".jinja", ".json")):
                    yield name, archive.read(name)


def templates(sources):
    seen = set()
    for source in sources:
        for name, data in files(source):
            text = data.decode("utf-8", "replace")
            if name.endswith(".json") and '"chat_template"' not in text:
                continue
            try:
                pairs = [("", text)] if name.endswith(".jinja") else list(found(text))
            except ValueError:
                continue
            for path, template in pairs:
                digest = hashlib.sha256(template.encode()).hexdigest()
                if digest not in seen:
                    seen.add(digest)
                    yield f"{pathlib.Path(source).name}:{name}{path}", template


def corpus(sources):
    named = dict(cases())
    out = []
    for name, template in templates(sources):
        code = compiled(template)
        results = {case: rendered(code, {**TOKENS, **variables}) for case, variables in named.items()}
        out.append({"name": name, "template": template, "results": results})
    return {"tokens": TOKENS, "cases": named, "templates": out}


VARIABLES = {
    "n": 3, "f": 2.5, "whole": 1.0, "tiny": 1e-7, "huge": 1e22, "s": "it's \"x\"\n", "name": "zoë SMITH",
    "l": [3, 1, 2], "words": ["b", "A", "c"], "d": {"b": 1, "a": None}, "nested": {"x": [{"y": True}]}, "nul": None,
    "yes": True, "no": False, "empty": [], "people": [{"n": "Ann", "a": 3}, {"n": "bob", "a": 1}, {"n": "Cy", "a": 3}],
    "schema": {"type": ["string", "null"], "items": {"type": "number"}},
}
LANGUAGE = {
    file.stem.replace("-", " "): json.loads(file.read_text())
    for file in sorted((pathlib.Path(__file__).parent / "jinja-language").glob("*.json"))
}


def language():
    return {
        "variables": VARIABLES,
        "cases": [
            {"topic": topic, "template": template, **rendered(compiled(template), VARIABLES)}
            for topic, templates in LANGUAGE.items()
            for template in templates
        ],
    }


def main():
    kind, out, *sources = sys.argv[1:]
    result = language() if kind == "language" else corpus(sources)
    pathlib.Path(out).write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    if kind == "corpus":
        print(f"{len(result['templates'])} templates, {len(result['cases'])} chats each")


if __name__ == "__main__":
    main()
