"""Times forecasts: Espalier, PyTorch eager and scripted, and ONNX Runtime where it is installed; one table.

    python script/bench_infer.py --peers FOLDER [--sparsity 0.9] [--threads 1] [--lookback 60] [--batch 1,64,1024]

FOLDER holds infer_time.py and its models.py. `script/bench infer` builds Espalier and calls this.
"""
import argparse, io, json, pathlib, subprocess, sys, time

args = argparse.ArgumentParser()
args.add_argument("--peers", required=True)
args.add_argument("--rounds", type=int, default=3)
args.add_argument("--sparsity", type=float, default=0.0)
args.add_argument("--threads", type=int, default=1)
args.add_argument("--lookback", type=int, default=60)
args.add_argument("--features", type=int, default=10)
args.add_argument("--batch", default="1,64,1024")
args.add_argument("--models", default="rnn,lstm,patchtst")
args.add_argument("--onnx-only", action="store_true", help=argparse.SUPPRESS)
a = args.parse_args()


def onnx_times():
    """Median milliseconds of the dense model in ONNX Runtime, one line of JSON a case."""
    import warnings
    warnings.filterwarnings("ignore")
    import onnxruntime, torch
    sys.path.insert(0, a.peers)
    from models import build
    torch.manual_seed(0)
    for kind in a.models.split(","):
        for batch in map(int, a.batch.split(",")):
            model, x, file = build(kind, a.features, a.lookback).eval(), torch.randn(batch, a.lookback, a.features), io.BytesIO()
            torch.onnx.export(model, (x,), file, dynamo=False)
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads, options.inter_op_num_threads = a.threads, 1
            session = onnxruntime.InferenceSession(file.getvalue(), options, providers=["CPUExecutionProvider"])
            feed = {session.get_inputs()[0].name: x.numpy()}
            for _ in range(10):
                session.run(None, feed)
            times = []
            for _ in range(200 if batch == 1 else 30):
                start = time.perf_counter()
                session.run(None, feed)
                times.append(time.perf_counter() - start)
            print(json.dumps(dict(model=kind, batch=batch, onnx_ms=round(sorted(times)[len(times) // 2] * 1e3, 5))), flush=True)


def lines(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"bench: {' '.join(command[:3])} failed: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


if a.onnx_only:
    onnx_times()
    raise SystemExit(0)

shared = ["--threads", str(a.threads), "--lookback", str(a.lookback), "--features", str(a.features), "--models", a.models]
try:
    import onnx, onnxruntime  # noqa: F401: only whether they are there
    has_onnx = True
except ImportError:
    has_onnx = False
    print("bench: this Python has no onnx and onnxruntime, so their column stays empty.", file=sys.stderr)

best = {}
for number in range(a.rounds):
    print(f"bench: round {number + 1} of {a.rounds}", file=sys.stderr)
    found = lines(".build/release/espalier", "bench", "infer", "--json", "--quiet", "--sparsity", str(a.sparsity),
                  "--batch", a.batch, *shared)
    found += lines(sys.executable, str(pathlib.Path(a.peers) / "infer_time.py"), "--batches", a.batch, *shared)
    if has_onnx:
        found += lines(sys.executable, __file__, "--onnx-only", "--peers", a.peers, "--batch", a.batch, *shared)
    for line in found:
        for key in ("ms", "eager_ms", "scripted_ms", "onnx_ms"):
            if key in line:
                place = line["model"], line["batch"], key
                best[place] = min(line[key], best.get(place, float("inf")))

print("| model | batch | PyTorch eager [ms] | PyTorch scripted [ms] | ONNX Runtime [ms] | Espalier [ms] | PyTorch over Espalier "
      "| ONNX over Espalier |")
print("|---|---|---|---|---|---|---|---|")
for model in a.models.split(","):
    for batch in map(int, a.batch.split(",")):
        eager, scripted, onnx_ms, own = (best.get((model, batch, key)) for key in ("eager_ms", "scripted_ms", "onnx_ms", "ms"))
        print(f"| {model} | {batch} | {eager:.3f} | {scripted:.3f} | {f'{onnx_ms:.3f}' if onnx_ms else '-'} | {own:.3f} "
              f"| {min(eager, scripted) / own:.1f} | {f'{onnx_ms / own:.1f}' if onnx_ms else '-'} |")
