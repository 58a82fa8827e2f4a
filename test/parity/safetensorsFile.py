"""Writes the safetensors format: 8-byte little-endian header length, JSON header, raw little-endian values.

Written here because Debian has no safetensors package. See https://github.com/huggingface/safetensors#format.
"""

import json
import struct

import numpy as np

DTYPE_NAMES = {
    "float64": "F64",
    "float32": "F32",
    "float16": "F16",
    "int64": "I64",
    "int32": "I32",
    "bool": "BOOL",
}


def write_safetensors(path, tensors, metadata=None):
    """Writes `tensors`, a dict of name -> numpy array.

    As the reference implementation does, the header is padded with spaces to a multiple of 8 bytes and wide
    elements come first, so that every tensor is aligned to its element size; otherwise in insertion order.
    Raises KeyError for an element type other than those of DTYPE_NAMES.
    """
    header = {} if metadata is None else {"__metadata__": metadata}
    chunks = []
    offset = 0
    for name, array in sorted(tensors.items(), key=lambda item: -item[1].itemsize):
        values = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        header[name] = {
            "dtype": DTYPE_NAMES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + len(values)],
        }
        chunks.append(values)
        offset += len(values)

    encoded = json.dumps(header, separators=(",", ":")).encode("utf-8")
    encoded += b" " * (-len(encoded) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(encoded)))
        file.write(encoded)
        file.writelines(chunks)
