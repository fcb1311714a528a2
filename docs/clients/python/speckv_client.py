#!/usr/bin/env python3
"""Streams an answer from a speckv router. See ../README.md."""
import argparse
import sys

import grpc
from speckv.v1 import compression_pb2, inference_pb2, inference_pb2_grpc, sampling_pb2

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--router", default="localhost:9000")
parser.add_argument("--method", default="", help="such as speckv-pc; the router's default if not given")
parser.add_argument("--max-new-tokens", type=int, default=64)
args = parser.parse_args()

request = inference_pb2.GenerateRequest(
    prompt=inference_pb2.Prompt(text=sys.stdin.read()),
    method=compression_pb2.Method(name=args.method),
    sampling=sampling_pb2.SamplingSettings(max_new_tokens=args.max_new_tokens),
)
with grpc.insecure_channel(args.router) as channel:
    router = inference_pb2_grpc.InferenceServiceStub(channel)
    try:
        for message in router.Generate(request, timeout=600):
            if message.HasField("delta"):
                print(message.delta.text, end="", flush=True)
            elif message.HasField("finished"):
                usage = message.finished.usage
                print(f"\n{usage.kept_token_count} of {usage.prompt_token_count} tokens read", file=sys.stderr)
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
