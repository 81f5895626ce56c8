"""Times an epoch of the PatchTST of arXiv:2211.14730 on ETT data, Espalier and PyTorch in turns; one line of a table a case.

    python script/bench_epoch.py --peers FOLDER --data ETTh1.csv [--split 8640,2880,2880] [--width 16 --heads 4 --feed-forward 128]

FOLDER holds models.py. An epoch is one pass over all training windows of all channels in batches of --batch windows, with Adam,
and the loss of the validation part; both programs use one thread. `script/bench epoch` builds Espalier and calls this.
"""
import argparse, csv, json, os, subprocess, sys, time

args = argparse.ArgumentParser()
args.add_argument("--peers", required=True)
args.add_argument("--data", required=True)
args.add_argument("--folder", default=".")
args.add_argument("--split", default="8640,2880,2880")
args.add_argument("--rounds", type=int, default=3)
args.add_argument("--lookback", type=int, default=336)
args.add_argument("--horizon", type=int, default=96)
args.add_argument("--batch", type=int, default=128)
args.add_argument("--width", type=int, default=16)
args.add_argument("--heads", type=int, default=4)
args.add_argument("--feed-forward", type=int, default=128)
args.add_argument("--dropout", type=float, default=0.0)
args.add_argument("--torch-only", action="store_true", help=argparse.SUPPRESS)
a = args.parse_args()
a.data = os.path.join(a.folder, a.data)
train, validation, _ = (int(rows) for rows in a.split.split(","))


def torch_epoch():
    """Seconds of one epoch, after a few steps that warm up."""
    import numpy, torch
    sys.path.insert(0, a.peers)
    from models import ChannelPatchTST
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    with open(a.data) as file:
        rows = numpy.array([[float(field) for field in row[1:]] for row in list(csv.reader(file))[1:]], dtype=numpy.float32)
    rows = (rows - rows[:train].mean(0)) / rows[:train].std(0)
    span = a.lookback + a.horizon
    # [windows, channels, span], a view: nothing is copied before a batch is taken.
    windows = torch.from_numpy(rows).unfold(0, span, 1)
    parts = torch.arange(train - span + 1), torch.arange(train - a.lookback, train + validation - span + 1)
    model = ChannelPatchTST(rows.shape[1], a.lookback, a.horizon, a.width, a.heads, ff=a.feed_forward, dropout=a.dropout)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4, fused=True)

    def loss(indices):
        batch = windows[indices].transpose(1, 2)
        return torch.nn.functional.mse_loss(model(batch[:, :a.lookback]), batch[:, a.lookback:])

    def learn(indices):
        optimizer.zero_grad()
        loss(indices).backward()
        optimizer.step()

    for indices in parts[0][torch.randperm(len(parts[0]))].split(a.batch)[:3]:
        learn(indices)
    start = time.process_time()
    for indices in parts[0][torch.randperm(len(parts[0]))].split(a.batch):
        learn(indices)
    model.eval()
    with torch.no_grad():
        total = sum(loss(indices).item() * len(indices) for indices in parts[1].split(a.batch))
    print(json.dumps(dict(seconds=time.process_time() - start, validation=total / len(parts[1]), channels=rows.shape[1])))


def line(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"bench: {command[0]} failed: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
    found = [text for text in done.stdout.splitlines() if text.startswith("{")]
    if not found:
        raise SystemExit(f"bench: {command[0]} printed no result.")
    return json.loads(found[-1])


if a.torch_only:
    torch_epoch()
    raise SystemExit(0)


def espalier_seconds(epochs, channels):
    """Processor seconds of a training of so many epochs."""
    return line(
        ".build/release/espalier", "train", a.data, "--json", "--quiet", "--channels", "all", "--split", a.split, "--lookback",
        str(a.lookback), "--horizon", str(a.horizon), "--model", "channel-patchtst", "--hidden", str(a.width), "--heads",
        str(a.heads), "--layers", "3", "--feed-forward", str(a.feed_forward), "--regularizer",
        "dropout" if a.dropout > 0 else "none", *(["--dropout", str(a.dropout)] if a.dropout > 0 else []), "--learning-rate",
        "1e-4", "--batch", str(a.batch * channels), "--normalization", "mean-and-deviation", "--epochs", str(epochs),
        "--patience", str(epochs))["seconds"]


times = {"torch": [], 1: [], 2: []}
for number in range(a.rounds):
    print(f"bench: round {number + 1} of {a.rounds}", file=sys.stderr)
    found = line(sys.executable, __file__, "--torch-only", *sys.argv[1:])
    times["torch"].append(found["seconds"])
    for epochs in (1, 2):
        times[epochs].append(espalier_seconds(epochs, found["channels"]))
# The first epoch pays for memory that later ones use again.
best = {"torch": min(times["torch"]), "espalier": min(times[2]) - min(times[1])}
print("| data | width | dropout | PyTorch [s] | Espalier [s] | PyTorch over Espalier |")
print("|---|---|---|---|---|---|")
print(f"| {os.path.basename(a.data)} | {a.width} | {a.dropout} | {best['torch']:.1f} | {best['espalier']:.1f} "
      f"| {best['torch'] / best['espalier']:.2f} |")
