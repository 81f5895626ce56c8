"""Writes loss_numbers.json: PyTorch's quantile and likelihood losses with their gradients, in double precision.

    python make_loss_numbers.py > loss_numbers.json

Needs torch. Forecasts are [outputs, horizon, samples] and targets [horizon, samples], all exact as 32-bit floats.
"""
import json
import torch

HORIZON, SAMPLES, FLOOR = 3, 5, 1e-4
generator = torch.Generator().manual_seed(7)


def softplus(x):  # without the threshold of PyTorch's own
    return torch.logaddexp(x, torch.zeros_like(x))


def quantile(levels):
    p = torch.tensor(levels, dtype=torch.float64).reshape(-1, 1, 1)

    def loss(x, y):
        off = y - x
        return torch.maximum(p * off, (p - 1) * off).mean()
    return loss


def normal(x, y):
    return -torch.distributions.Normal(x[0], softplus(x[1]) + FLOOR).log_prob(y).mean()


def student_t(x, y):
    degrees = 2 + softplus(x[2]) + FLOOR
    return -torch.distributions.StudentT(degrees, x[0], softplus(x[1]) + FLOOR).log_prob(y).mean()


def case(kind, outputs, loss, spread, levels=None):
    x = (torch.randn(outputs, HORIZON, SAMPLES, generator=generator) * spread).float()
    y = torch.randn(HORIZON, SAMPLES, generator=generator).float()
    x, y = x.double().requires_grad_(), y.double()
    value = loss(x, y)
    value.backward()
    return dict(kind=kind, levels=levels, outputs=outputs, forecast=x.flatten().tolist(), target=y.flatten().tolist(),
                value=value.item(), gradient=x.grad.flatten().tolist())


LEVELS = [[0.5], [0.1, 0.9], [0.05, 0.5, 0.95], [0.01, 0.25, 0.5, 0.75, 0.99]]
print(json.dumps(dict(
    torch=torch.__version__.split("+")[0], horizon=HORIZON, samples=SAMPLES,
    cases=[case("quantiles", len(levels), quantile(levels), 1, levels) for levels in LEVELS]
    + [case("normal", 2, normal, spread) for spread in (0.5, 3, 15)]
    + [case("studentT", 3, student_t, spread) for spread in (0.5, 3, 15, 100)]), indent=1))
