"""What OpenAI's client can ask of a completion here, as lines of JSON; the prompt comes from standard input.

OPENAI_BASE_URL=http://127.0.0.1:8080/v1 venv/bin/python tour.py < ../../examples/hidden-number.txt
"""

import json
import os
import sys

import openai

client = openai.OpenAI(
    base_url=os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1"),
    api_key=os.environ.get("OPENAI_API_KEY", "none"),
)
prompt = sys.stdin.read()
model = client.models.list().data[0].id
compressed = {"method": "specpc", "settings": {"max_capacity_prompt": 256, "lookahead_tokens": 16}}


def ask(max_tokens=24, temperature=0, speckv=compressed, ignore_eos=False, **more):
    extra = {"speckv": speckv, "ignore_eos": ignore_eos}
    return client.completions.create(
        model=model, prompt=prompt, max_tokens=max_tokens, temperature=temperature, extra_body=extra, **more
    )


def say(what, found):
    print(json.dumps({what: found}, separators=(",", ":")), flush=True)


# A stream that is left: what generates it stops.
chunks = 0
with ask(stream=True, max_tokens=3000, ignore_eos=True) as left:
    for chunk in left:
        chunks += bool(chunk.choices and chunk.choices[0].text)
        if chunks == 3:
            break
say("left_after", chunks)

streamed, kept = "", None
for chunk in ask(stream=True):
    streamed += chunk.choices[0].text if chunk.choices else ""
    kept = (getattr(chunk, "speckv", None) or {}).get("kept_tokens", kept)
say("streamed", streamed)
say("kept_tokens", kept)
say("compressed", ask().choices[0].text)
say("whole", ask(speckv={"method": "full"}).choices[0].text)

logprobs = ask(logprobs=2, max_tokens=4).choices[0].logprobs
counts = [len(logprobs.tokens), len(logprobs.token_logprobs), len(logprobs.top_logprobs)]
say("logprobs", [*counts, max(logprobs.token_logprobs) <= 0])

stopped = ask(stop=["172"]).choices[0]
say("stopped", [stopped.text, stopped.finish_reason])

drawn = [ask(temperature=1.5, seed=7, ignore_eos=True).choices[0].text for _ in range(2)]
say("same_seed", drawn[0] == drawn[1])

schema = {"enum": [{"city": "Paris"}, {"city": "Rome"}]}
chat = client.chat.completions.create(
    model=model,
    messages=[{"role": "user", "content": "Which city?"}],
    max_tokens=40,
    response_format={"type": "json_schema", "json_schema": {"name": "city", "schema": schema}},
)
say("held_to_schema", json.loads(chat.choices[0].message.content))
