"""Loads weights into PyTorch's modules or saves theirs, and forecasts.

    python check_torch.py PEERS CASES.json

Needs torch and safetensors; PEERS is the folder of models.py, whose `build(kind, features, lookback, **sizes)` makes a
module, `ChannelPatchTST` and `DLinear` those for long horizons. CASES.json is a list of {"kind", "features", "lookback", "sizes": {...}, "x": {"shape": [...], "values": [...]}} with
either "load", a safetensors file that must hold exactly the module's weights, or "save", where the module's own go. Prints
a list of {"shape": [...], "values": [...]}, the forecasts of each.
"""
import json
import sys

sys.path.insert(0, sys.argv[1])
import torch
import models
from safetensors.torch import load_file, save_file



def build(kind, features, lookback, sizes):
    if kind == "channel-patchtst":
        return models.ChannelPatchTST(features, lookback, **sizes)
    if kind == "dlinear":
        return models.DLinear(lookback, **sizes)
    return models.build(kind, features, lookback, **sizes)


results = []
for number, case in enumerate(json.load(open(sys.argv[2]))):
    torch.manual_seed(number)
    module = build(case["kind"], case["features"], case["lookback"], case["sizes"]).eval()
    if "load" in case:
        module.load_state_dict(load_file(case["load"]), strict=True)
    else:
        save_file(module.state_dict(), case["save"])
    x = torch.tensor(case["x"]["values"], dtype=torch.float32).reshape(case["x"]["shape"])
    with torch.no_grad():
        out = module(x)
    results.append({"shape": list(out.shape), "values": out.reshape(-1).tolist()})
json.dump(results, sys.stdout)
