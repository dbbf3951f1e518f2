#!/usr/bin/env python3
"""Writes Depth Anything V2 Small as an ONNX file, for a runtime to run.

Usage: dav2_onnx.py MODEL.safetensors POSITIONS.f32 ROWS COLS OUT.onnx

The graph is what the usual exporters make (MatMul and Softmax for attention,
erf GELU, LayerNormalization, align-corners Resize), so that a runtime's own
fusions apply. Rows and columns are patches; the table of positions for them
comes from "bench-dav2 inputs". ONNX is a protocol buffer: its few messages
are written here, nothing needs to be installed.
"""

import array
import json
import math
import struct
import sys

D, LAYERS, HEADS, F = 384, 12, 6, 64
TAPS = (2, 5, 8, 11)
FLOAT, INT64 = 1, 7


def varint(n):
    out = bytearray()
    n &= (1 << 64) - 1
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def number(field, n):
    return varint(field << 3) + varint(n)


def blob(field, data):
    if isinstance(data, str):
        data = data.encode()
    return varint(field << 3 | 2) + varint(len(data)) + data


def real(field, x):
    return varint(field << 3 | 5) + struct.pack("<f", x)


def tensor(name, kind, dims, data):
    return b"".join([number(1, d) for d in dims]) + number(2, kind) + \
        blob(8, name) + blob(9, data)


def attribute(name, value):
    out = blob(1, name)
    if isinstance(value, float):
        return out + real(2, value) + number(20, 1)
    if isinstance(value, int):
        return out + number(3, value) + number(20, 2)
    if isinstance(value, str):
        return out + blob(4, value) + number(20, 3)
    return out + b"".join(number(8, v) for v in value) + number(20, 7)


def value_info(name, dims):
    shape = b"".join(blob(1, number(1, d)) for d in dims)
    return blob(1, name) + \
        blob(2, blob(1, number(1, FLOAT) + blob(2, shape)))


class Weights:
    def __init__(self, path):
        with open(path, "rb") as f:
            n, = struct.unpack("<Q", f.read(8))
            self.items = json.loads(f.read(n))
            self.data = f.read()

    def raw(self, name):
        item = self.items[name]
        b, e = item["data_offsets"]
        return item["shape"], self.data[b:e]

    def __contains__(self, name):
        return name in self.items


def transposed(rows, cols, raw):
    a = array.array("f", raw)
    return b"".join(a[c::cols].tobytes() for c in range(cols))


class Graph:
    def __init__(self, weights):
        self.w, self.nodes, self.inits, self.n = weights, [], [], 0

    def name(self):
        self.n += 1
        return "t%d" % self.n

    def const(self, dims, data, kind=FLOAT):
        n = self.name()
        self.inits.append(tensor(n, kind, dims, data))
        return n

    def weight(self, key):
        return self.const(*self.w.raw(key))

    def scalar(self, x):
        return self.const([], struct.pack("<f", x))

    def ints(self, *v):
        return self.const([len(v)], struct.pack("<%dq" % len(v), *v), INT64)

    def op(self, kind, *ins, **attrs):
        n = self.name()
        node = b"".join(blob(1, i) for i in ins) + blob(2, n) + blob(4, kind)
        for k, v in attrs.items():
            node += blob(5, attribute(k, v))
        self.nodes.append(node)
        return n

    def linear(self, x, key):
        (rows, cols), raw = self.w.raw(key + ".weight")
        y = self.op("MatMul", x,
                    self.const([cols, rows], transposed(rows, cols, raw)))
        return self.op("Add", y, self.weight(key + ".bias"))

    def norm(self, x, key):
        return self.op("LayerNormalization", x, self.weight(key + ".weight"),
                       self.weight(key + ".bias"), axis=-1, epsilon=1e-6)

    def conv(self, x, key, stride=1, pad=0):
        dims, raw = self.w.raw(key + ".weight")
        if key + ".bias" in self.w:
            bias = self.weight(key + ".bias")
        else:
            bias = self.const([dims[0]], bytes(4 * dims[0]))
        return self.op("Conv", x, self.const(dims, raw), bias,
                       kernel_shape=dims[2:], strides=[stride] * 2,
                       pads=[pad] * 4)

    def deconv(self, x, key, s):
        return self.op("ConvTranspose", x, self.weight(key + ".weight"),
                       self.weight(key + ".bias"), kernel_shape=[s, s],
                       strides=[s, s])

    def resize(self, x, ch, rows, cols):
        return self.op("Resize", x, "", "", self.ints(1, ch, rows, cols),
                       mode="linear",
                       coordinate_transformation_mode="align_corners")


def attention(g, y, p, n):
    def heads(m, perm):
        x = g.linear(y, p + "attention.attention." + m)
        x = g.op("Reshape", x, g.ints(1, n + 1, HEADS, 64))
        return g.op("Transpose", x, perm=perm)

    q, k, v = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]), \
        heads("value", [0, 2, 1, 3])
    a = g.op("Mul", g.op("MatMul", q, k), g.scalar(0.125))
    a = g.op("MatMul", g.op("Softmax", a, axis=-1), v)
    a = g.op("Transpose", a, perm=[0, 2, 1, 3])
    return g.op("Reshape", a, g.ints(1, n + 1, D))


def layer(g, x, p, n):
    y = attention(g, g.norm(x, p + "norm1"), p, n)
    y = g.op("Mul", g.linear(y, p + "attention.output.dense"),
             g.weight(p + "layer_scale1.lambda1"))
    x = g.op("Add", x, y)
    y = g.linear(g.norm(x, p + "norm2"), p + "mlp.fc1")
    e = g.op("Erf", g.op("Div", y, g.scalar(math.sqrt(2))))
    y = g.op("Mul", y, g.op("Add", e, g.scalar(1)))
    y = g.linear(g.op("Mul", y, g.scalar(0.5)), p + "mlp.fc2")
    return g.op("Add", x, g.op("Mul", y, g.weight(p + "layer_scale2.lambda1")))


def stage(g, t, k, ph, pw):
    n = ph * pw
    p = "neck.reassemble_stage.layers.%d." % k
    t = g.op("Slice", g.norm(t, "backbone.layernorm"), g.ints(1),
             g.ints(n + 1), g.ints(1))
    t = g.op("Reshape", g.op("Transpose", t, perm=[0, 2, 1]),
             g.ints(1, D, ph, pw))
    t = g.conv(t, p + "projection")
    if k < 2:
        t = g.deconv(t, p + "resize", (4, 2)[k])
    elif k == 3:
        t = g.conv(t, p + "resize", 2, 1)
    return g.conv(t, "neck.convs.%d" % k, 1, 1)


def unit(g, x, key):
    y = g.conv(g.op("Relu", x), key + "convolution1", 1, 1)
    return g.op("Add", g.conv(g.op("Relu", y), key + "convolution2", 1, 1), x)


def head(g, maps, ph, pw):
    sizes = [(4 * ph, 4 * pw), (2 * ph, 2 * pw), (ph, pw)]
    f = None
    for j in range(4):
        p = "neck.fusion_stage.layers.%d." % j
        m = maps[3 - j]
        f = m if f is None else \
            g.op("Add", f, unit(g, m, p + "residual_layer1."))
        f = unit(g, f, p + "residual_layer2.")
        rows, cols = sizes[2 - j] if j < 3 else (8 * ph, 8 * pw)
        f = g.conv(g.resize(f, F, rows, cols), p + "projection")
    y = g.conv(f, "head.conv1", 1, 1)
    y = g.resize(y, F // 2, 14 * ph, 14 * pw)
    y = g.op("Relu", g.conv(y, "head.conv2", 1, 1))
    return g.op("Relu", g.conv(y, "head.conv3"))


def build(weights, table, ph, pw):
    g, n = Graph(weights), ph * pw
    x = g.conv("x", "backbone.embeddings.patch_embeddings.projection", 14)
    x = g.op("Transpose", g.op("Reshape", x, g.ints(1, D, n)), perm=[0, 2, 1])
    x = g.op("Concat", g.weight("backbone.embeddings.cls_token"), x, axis=1)
    x = g.op("Add", x, g.const([1, n + 1, D], table))
    maps = []
    for i in range(LAYERS):
        x = layer(g, x, "backbone.encoder.layer.%d." % i, n)
        if i in TAPS:
            maps.append(stage(g, x, len(maps), ph, pw))
    y = head(g, maps, ph, pw)
    graph = b"".join(blob(1, node) for node in g.nodes)
    graph += blob(2, "depth_anything_v2_small")
    graph += b"".join(blob(5, t) for t in g.inits)
    graph += blob(11, value_info("x", [1, 3, 14 * ph, 14 * pw]))
    graph += blob(12, value_info(y, [1, 1, 14 * ph, 14 * pw]))
    return number(1, 8) + blob(7, graph) + blob(8, blob(1, "") + number(2, 17))


def main():
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    model, table, rows, cols, out = sys.argv[1:]
    with open(table, "rb") as f:
        positions = f.read()
    data = build(Weights(model), positions, int(rows), int(cols))
    with open(out, "wb") as f:
        f.write(data)


main()
