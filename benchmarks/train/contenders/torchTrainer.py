"""torch trains the same GPT, from the same weights, on its native CPU build.

A contender's process, as benchmarks/harness/serve.ts has it: setup in the first argument, a task a line on standard
input, answers as lines of JSON on descriptor 3.
"""

import base64
import json
import os
import resource
import struct
import sys
import time

import torch
import torch.nn.functional as functional

setup = json.loads(sys.argv[1])
torch.set_num_threads(setup["threads"])
shape = setup["shape"]
heads = shape["numHeads"]
answer = os.fdopen(3, "w")


def read_safetensors(path):
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        numbers = torch.frombuffer(data, dtype=torch.float32, count=(end - start) // 4, offset=start)
        tensors[name] = numbers.reshape(entry["shape"]).clone().requires_grad_()
    return tensors


weights = read_safetensors(os.path.join(setup["folder"], "model.safetensors"))


def linear(x, name):
    return x @ weights[f"{name}.weight"] + weights[f"{name}.bias"]  # stored [in, out]


def norm(x, name):
    return functional.layer_norm(x, x.shape[-1:], weights[f"{name}.weight"], weights[f"{name}.bias"], 1e-5)


def gelu(x):
    return functional.gelu(x, approximate="tanh")


def attention(x, name, hidden):
    batch, length, size = x.shape
    query, key, value = (
        part.reshape(batch, length, heads, size // heads).transpose(1, 2)
        for part in linear(x, f"{name}.c_attn").chunk(3, -1)
    )
    scores = query @ key.transpose(-1, -2) / (size // heads) ** 0.5 + hidden
    context = torch.softmax(scores, -1) @ value
    return linear(context.transpose(1, 2).reshape(batch, length, size), f"{name}.c_proj")


def logits_of(ids):
    length = ids.shape[1]
    hidden = torch.triu(torch.full((length, length), float("-inf")), 1)
    x = weights["transformer.wte.weight"][ids] + weights["transformer.wpe.weight"][:length]
    for layer in range(shape["numLayers"]):
        block = f"transformer.h.{layer}"
        x = x + attention(norm(x, f"{block}.ln_1"), f"{block}.attn", hidden)
        x = x + linear(gelu(linear(norm(x, f"{block}.ln_2"), f"{block}.mlp.c_fc")), f"{block}.mlp.c_proj")
    return norm(x, "transformer.ln_f") @ weights["lm_head.weight"].T


rows = torch.tensor(setup["rows"])
recipe = setup["recipe"]
parameters = list(weights.values())
optimizer = torch.optim.AdamW(
    parameters, lr=recipe["learningRate"], betas=tuple(recipe["betas"]), eps=recipe["epsilon"], weight_decay=0
)


def step():
    optimizer.zero_grad()
    logits = logits_of(rows[:, :-1])
    loss = functional.cross_entropy(logits.reshape(-1, shape["vocabSize"]), rows[:, 1:].reshape(-1))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, recipe["clipNorm"])
    optimizer.step()
    return loss.item()


def timed_step():
    start = time.perf_counter()
    step()
    return 1000 * (time.perf_counter() - start)


def send(message):
    answer.write(json.dumps(message) + "\n")
    answer.flush()


losses = [step() for _ in range(recipe["comparedSteps"])]
send({"answers": {"losses": base64.b64encode(struct.pack(f"<{len(losses)}f", *losses)).decode()}})
for _ in sys.stdin:
    times = [timed_step() for _ in range(recipe["timedSteps"])]
    peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    send({"times": {"step": times}, "peakBytes": peak})
