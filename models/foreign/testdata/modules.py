"""Runs the Python modules that were written: python3 modules.py FOLDER. The folder has cases.json, a
list of {file, kind, rows, columns, x}, where kind is torch or numpy; results.json gets a list of what
comes out, or of errors as text. The package safetensors is stood in for."""
import importlib.util
import json
import sys
import traceback
import types
from pathlib import Path

import numpy as np


def load_file(path):
    import torch

    raw = Path(path).read_bytes()
    begin = 8 + int.from_bytes(raw[:8], "little")
    tensors = {}
    for name, t in json.loads(raw[8:begin]).items():
        if name != "__metadata__":
            at = [begin + o for o in t["data_offsets"]]
            a = np.frombuffer(raw[at[0] : at[1]], {"F32": "<f4", "F64": "<f8"}[t["dtype"]]).reshape(t["shape"])
            tensors[name] = torch.from_numpy(a.copy())
    return tensors


sys.modules["safetensors"] = types.ModuleType("safetensors")
sys.modules["safetensors.torch"] = types.ModuleType("safetensors.torch")
sys.modules["safetensors.torch"].load_file = load_file

folder = Path(sys.argv[1])
results = []
for i, c in enumerate(json.loads((folder / "cases.json").read_text())):
    try:
        spec = importlib.util.spec_from_file_location(f"module{i}", folder / c["file"])
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        x = np.array(c["x"], c["dtype"]).reshape(c["rows"], c["columns"])
        if c["kind"] == "torch":
            import torch

            with torch.no_grad():
                out = module.load()(torch.from_numpy(x)).numpy()
        else:
            out = module.network(x)
        assert out.dtype == x.dtype or c["kind"] == "numpy", out.dtype
        results.append(np.asarray(out, float).ravel().tolist())
    except Exception:
        results.append(traceback.format_exc())
(folder / "results.json").write_text(json.dumps(results))
