#!/usr/bin/env python3
"""Writes files that hold networks and are not read into testdata/refused, as PyTorch, scikit-learn
and joblib write them."""
import os
import pickle

import joblib
import torch
from sklearn.neural_network import MLPClassifier

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "refused")
os.makedirs(OUT, exist_ok=True)
torch.manual_seed(20)
net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh(), torch.nn.Linear(2, 1))
at = lambda name: os.path.join(OUT, name)
torch.save(net.state_dict(), at("state.pt"))
torch.save(net, at("whole.pth"))
torch.save(net.state_dict(), at("legacy.pt"), _use_new_zipfile_serialization=False)
torch.jit.script(net).save(at("script.pt"))
mlp = MLPClassifier((2,), random_state=0)
for protocol in (0, 2, 5):
    with open(at(f"protocol{protocol}.pkl"), "wb") as f:
        pickle.dump(mlp, f, protocol=protocol)
joblib.dump(mlp, at("plain.joblib"))
for how in ("zlib", "gzip", "bz2", "xz"):
    joblib.dump(mlp, at(f"{how}.joblib"), compress=(how, 3))
