"""Checks ONNX files and runs them with ONNX Runtime.

    python check_onnx.py CASES.json

Needs numpy, onnx and onnxruntime. CASES.json is a list of {"model": path, "inputs": {name: {"type": "float32" or "float64",
"shape": [...], "values": [...]}}}. Prints a list of {"shape": [...], "values": [...]}, the first output of each.
"""
import json
import sys

import numpy
import onnx
import onnxruntime

results = []
for case in json.load(open(sys.argv[1])):
    onnx.checker.check_model(onnx.load(case["model"]), full_check=True)
    session = onnxruntime.InferenceSession(case["model"], providers=["CPUExecutionProvider"])
    inputs = {
        name: numpy.array(x["values"], dtype=x["type"]).reshape(x["shape"]) for name, x in case["inputs"].items()
    }
    output = session.run(None, inputs)[0]
    results.append({"shape": list(output.shape), "values": [float(value) for value in output.reshape(-1)]})
json.dump(results, sys.stdout)
