"""Numbers that the paper's preparation must give, by pandas and NumPy alone.

    python paper_preparation.py FOLDER_OF_THE_DATA > paper_preparation.json
"""
import json
import pathlib
import sys

import numpy as np
import pandas as pd

folder = pathlib.Path(sys.argv[1])


def frames():
    bitcoin = pd.read_csv(folder / "bitcoin_yahoo.csv").iloc[:-1]
    yield "bitcoin", bitcoin[["Open", "High", "Low", "Volume"]].astype(float), bitcoin["Close"].astype(float)
    air = pd.read_csv(folder / "air_quality.csv", sep=";", decimal=",").iloc[:9357, :15]
    air = air.drop(columns=["Date", "Time", "NMHC(GT)"]).astype(float).replace(-200, np.nan).ffill().bfill()
    yield "air-quality", air.drop(columns="C6H6(GT)"), air["C6H6(GT)"]


result = []
for name, features, target in frames():
    x = ((features - features.mean()) / features.std(ddof=0)).values.astype(np.float32)
    y = ((target - target.mean()) / target.std(ddof=0)).values.astype(np.float32)
    for lookback in (1, 7, 60):
        windows = np.lib.stride_tricks.sliding_window_view(x, lookback, axis=0)[:-1].transpose(0, 2, 1)
        cut = int(len(windows) * 0.8)
        chosen = [0, 1, cut - 1, cut, len(windows) - 1]
        result.append({
            "name": name, "lookback": lookback, "inputs": list(features.columns), "windows": len(windows), "cut": cut,
            "mean": float(target.mean()), "deviation": float(target.std(ddof=0)),
            "chosen": chosen,
            "first_steps": [windows[i][0].tolist() for i in chosen],
            "last_steps": [windows[i][-1].tolist() for i in chosen],
            "sums": [float(windows[i].astype(np.float64).sum()) for i in chosen],
            "targets": [float(y[i + lookback]) for i in chosen],
            "truths": [float(target.iloc[i + lookback]) for i in chosen],
            "naive_mae": float((target.shift(1) - target).abs().iloc[cut + lookback:].mean()),
        })
json.dump(result, sys.stdout, indent=1)
