"""Writes the small archives that the tests of package npz read.

    python3 reference.py
"""
import io
import zipfile

import numpy as np

# Every type, both byte orders, both memory orders, both kinds of compression.
values = np.array([[0, 1, 2], [3, 100, 101]])
types = ["float64", "float32", "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "bool"]
little = {name: values.astype(name) for name in types}
big = {name: values.astype(np.dtype(name).newbyteorder(">")) for name in types}
np.savez("stored.npz", **little)
np.savez_compressed("deflated.npz", **little)
np.savez("big_endian.npz", **big)

cube = np.arange(24.0).reshape(2, 3, 4)
np.savez("fortran.npz", matrix=np.asfortranarray(values), cube=np.asfortranarray(cube), view=cube.transpose(2, 0, 1))

np.savez(
    "extremes.npz",
    scalar=np.float64(2.5),
    empty=np.zeros((0, 3)),
    nonfinite=np.array([np.nan, np.inf, -np.inf, -0.0]),
    tiny=np.array([5e-324, 1.7976931348623157e308]),
    float32=np.array([0.1, 3.4028235e38, 1e-45], dtype="f4"),
    int64=np.array([-(2**63), 2**63 - 1, 2**53 + 1]),
    uint64=np.array([2**64 - 1], dtype="u8"),
    int8=np.array([-128, 127], dtype="i1"),
    positional=np.ones((1, 1, 1, 1)),
)
np.savez("positional.npz", np.arange(3), np.arange(2))

# Arrays that cannot be used.
np.savez("objects.npz", fine=np.ones(2), objects=np.array([{}, None], dtype=object))
np.savez("structured.npz", structured=np.zeros(2, dtype=[("a", "f8"), ("b", "i4")]))
np.savez("strings.npz", strings=np.array(["one", "three"]))
np.savez("complex.npz", complex=np.array([1j]))

# Versions 2 and 3 of the format, keys in another order, no padding.
def npy(version, header, data):
    width = 2 if version == 1 else 4
    return b"\x93NUMPY" + bytes([version, 0]) + len(header).to_bytes(width, "little") + header + data

with zipfile.ZipFile("headers.npz", "w") as archive:
    for version in (1, 2, 3):
        entry = npy(version, b'{"shape":(2 ,),"fortran_order":False,"descr":"<i2"}', b"\x01\x00\x02\x00")
        np.lib.format.read_array(io.BytesIO(entry))  # NumPy reads it too
        archive.writestr(zipfile.ZipInfo(f"version{version}.npy"), entry)
