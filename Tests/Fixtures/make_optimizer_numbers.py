"""Writes optimizer_numbers.json: PyTorch's optimizers, clipping and learning rates on a few numbers.

    python make_optimizer_numbers.py > optimizer_numbers.json

Needs torch. Values are float32 unless the name says otherwise; learning rates and momenta are float64.
"""
import json
import torch

STEPS, COUNT = 5, 7
generator = torch.Generator().manual_seed(1)
initial = torch.randn(COUNT, generator=generator)
gradients = torch.randn(STEPS, COUNT, generator=generator)
OPTIMIZERS = [
    ("adam", dict(lr=1e-2)),
    ("adam", dict(lr=1e-2, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)),
    ("adamw", dict(lr=1e-2)),
    ("adamw", dict(lr=1e-2, weight_decay=0.5)),
    ("sgd", dict(lr=1e-2)),
    ("sgd", dict(lr=1e-2, momentum=0.9, weight_decay=0.1)),
    ("sgd", dict(lr=1e-2, momentum=0.9, nesterov=True)),
]
KINDS = dict(adam=torch.optim.Adam, adamw=torch.optim.AdamW, sgd=torch.optim.SGD)


def run(kind, options):
    p = torch.nn.Parameter(initial.clone())
    optimizer = KINDS[kind]([p], **options, **(dict(fused=True) if kind != "sgd" else {}))
    trace = []
    for gradient in gradients:
        p.grad = gradient.clone()
        optimizer.step()
        trace.append(p.detach().tolist())
    group = optimizer.param_groups[0]
    return dict(kind=kind, learningRate=group["lr"], weightDecay=group["weight_decay"],
                momentum=group.get("momentum", group.get("betas", (None,))[0]), beta2=group.get("betas", (0, 0.999))[1],
                epsilon=group.get("eps", 1e-8), isNesterov=group.get("nesterov", False), values=trace)


def clip(maximum):
    parts = [torch.nn.Parameter(torch.zeros(COUNT)) for _ in range(2)]
    for part, gradient in zip(parts, gradients):
        part.grad = gradient.clone()
    norm = torch.nn.utils.clip_grad_norm_(parts, maximum).item()
    return dict(maximumNorm=maximum, norm=norm, gradients=[part.grad.tolist() for part in parts])


def rates(make, total):
    optimizer = torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))], lr=1e-3)
    schedule = make(optimizer, total)
    rows = []
    for _ in range(total):
        rows.append((optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["betas"][0]))
        optimizer.step()
        schedule.step() if len(rows) < total else None
    return dict(total=total, rates=[r for r, _ in rows], momenta=[m for _, m in rows])


one_cycle = lambda o, n: torch.optim.lr_scheduler.OneCycleLR(o, max_lr=1e-3, total_steps=n)
cosine = lambda o, n: torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=n, eta_min=1e-4)
print(json.dumps(dict(
    torch=torch.__version__.split("+")[0], initial=initial.tolist(), gradients=gradients.tolist(),
    optimizers=[run(*case) for case in OPTIMIZERS], clippings=[clip(m) for m in (0.5, 2.0, 100.0)],
    oneCycle=[rates(one_cycle, n) for n in (3, 10, 37)], cosine=[rates(cosine, n) for n in (1, 10)]), indent=1))
