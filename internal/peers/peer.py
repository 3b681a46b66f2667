"""What the Python peers have in common: they obey the benchmark, one line of JSON at a time (see process.go)."""

import ctypes
import json
import os
import re
import sys
import time

# Rows that are evaluated at once unless something else is asked for: of the sizes tried, the fastest by far with NumPy,
# and with PyTorch the fastest.
PIECE = 10000


def reply(**answer):
    print(json.dumps(answer, allow_nan=False), flush=True)


def multiplier():
    """Name the library that multiplies matrices: what the process has loaded, not what was configured."""
    try:
        with open("/proc/self/maps") as maps:
            loaded = {line.split()[-1] for line in maps if line.count("/")}
    except OSError:
        return "an unknown BLAS (no /proc/self/maps)"
    found = sorted(os.path.realpath(path) for path in loaded if re.search(r"blas|blis|mkl_rt|mkl_core|atlas", os.path.basename(path)))
    for path in found:  # libblas.so.3 may be a shell around libopenblas
        if "openblas" in os.path.basename(path):
            return openblas(path)
    for path in found:
        if re.search(r"blis|mkl|atlas", path):
            return path
    if found:
        return "reference BLAS " + found[0]
    return "an unknown BLAS"


def openblas(path):
    library = ctypes.CDLL(path)
    for name in ("openblas_get_config", "openblas_get_config64_", "scipy_openblas_get_config", "scipy_openblas_get_config64_"):
        try:
            config = getattr(library, name)
        except AttributeError:
            continue
        config.restype = ctypes.c_char_p
        words = config().decode().split()
        return " ".join(words[:2] + [w for w in words[2:] if not re.search("[=_]", w)]) + " " + path
    return "OpenBLAS " + path


def limit(threads):
    """Let OpenBLAS, if it is what multiplies, use the given number of threads."""
    with open("/proc/self/maps") as maps:
        loaded = {line.split()[-1] for line in maps if "openblas" in line}
    for path in sorted(loaded):
        for name in ("openblas_set_num_threads", "openblas_set_num_threads64_", "scipy_openblas_set_num_threads64_"):
            try:
                getattr(ctypes.CDLL(path), name)(threads)
                return
            except (AttributeError, OSError):
                continue


def serve(version, prepare):
    """Answer requests until there are none.

    prepare(task) gives a function that readies a round, given how many rows to evaluate at once. That returns two: one
    without arguments, which is timed, and one that turns its result into the losses of every network.
    """
    reply(version=version, blas=multiplier())
    for line in sys.stdin:
        try:
            request = json.loads(line)
            if "prepare" in request:
                limit(request["prepare"]["threads"])
                start = prepare(request["prepare"])
                reply()
                continue
            work, losses = start(request.get("piece", PIECE))
            before = time.perf_counter()
            result = work()
            seconds = time.perf_counter() - before
            reply(seconds=seconds, losses=losses(result))
        except Exception as error:
            reply(error=f"{type(error).__name__}: {error}")
