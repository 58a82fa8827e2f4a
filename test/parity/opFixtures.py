"""Values and gradients of every op of the engine, in float64."""

import torch
from torch.nn import functional as F

from fixture import Draw, Fixture
from uncertainty import softplus


class OpFixture(Fixture):
    def __init__(self):
        super().__init__(
            "ops",
            {
                "about": "outputs = op(inputs); gradients = derivatives of sum(upstream * output) by each input. "
                "null: no upstream (an output without a gradient) or no gradient (an input that is not float).",
                "cases": [],
            },
        )

    def case(self, op, variant, attrs, inputs, forward):
        """Runs `forward` on `inputs`, and stores what went in, what came out and the gradients of its first output."""
        name = f"{op}/{variant}"
        inputs = [x.clone().requires_grad_(x.is_floating_point()) for x in inputs]
        outputs = forward(*inputs)
        outputs = list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]

        upstreams = [None] * len(outputs)
        gradients = [None] * len(inputs)
        if outputs[0].requires_grad:
            upstreams[0] = Draw(f"{name}/upstream").normal(*outputs[0].shape)
            floats = [index for index, x in enumerate(inputs) if x.requires_grad]
            derivatives = torch.autograd.grad(
                outputs[0], [inputs[index] for index in floats], upstreams[0], allow_unused=True
            )
            for index, derivative in zip(floats, derivatives):
                gradients[index] = torch.zeros_like(inputs[index]) if derivative is None else derivative

        def store(kind, tensors):
            return [
                None if tensor is None else self.add(f"{name}/{kind}{index}", tensor)
                for index, tensor in enumerate(tensors)
            ]

        self.description["cases"].append(
            {
                "name": name,
                "op": op,
                "attrs": attrs,
                "inputs": store("input", inputs),
                "outputs": store("output", outputs),
                "upstreams": store("upstream", upstreams),
                "gradients": store("gradient", gradients),
            }
        )


def make_op_fixture():
    fixture = OpFixture()
    add_convolutions(fixture)
    add_pools(fixture)
    add_normalisations(fixture)
    add_products(fixture)
    add_elementwise(fixture)
    add_broadcasting(fixture)
    add_comparisons(fixture)
    add_reductions(fixture)
    add_softmaxes(fixture)
    add_shape_ops(fixture)
    add_indexing(fixture)
    add_gradient_stops(fixture)
    add_losses(fixture)
    return fixture


def add_convolutions(fixture):
    # [N, C, H, W], output channels, kernel, stride, padding, groups. Where H + 2p - k is odd and the stride 2,
    # the last row, padding included, is in no window.
    for (n, c, h, w), out, kernel, stride, padding, groups in [
        ((2, 3, 5, 7), 4, 1, 1, 0, 1),
        ((2, 4, 7, 6), 2, 1, 2, 0, 1),
        ((2, 3, 3, 4), 2, 1, 1, 2, 1),
        ((3, 2, 6, 5), 3, 2, 2, 0, 1),
        ((2, 2, 5, 6), 3, 2, 1, 1, 1),
        ((2, 3, 7, 5), 4, 3, 1, 1, 1),
        ((2, 2, 6, 5), 3, 3, 1, 0, 1),
        ((2, 3, 8, 7), 4, 3, 2, 1, 1),
        ((2, 2, 8, 6), 2, 3, 2, 0, 1),
        ((2, 2, 5, 4), 3, 3, 1, 2, 1),
        ((2, 4, 6, 5), 6, 3, 1, 1, 2),
        ((2, 4, 7, 6), 4, 3, 2, 1, 4),
        ((2, 3, 5, 5), 6, 3, 1, 1, 3),
        ((2, 2, 8, 10), 3, 4, 2, 1, 1),
        ((2, 2, 7, 9), 3, 4, 2, 1, 1),
        ((2, 2, 6, 5), 2, 4, 1, 2, 1),
        ((2, 2, 7, 6), 3, 5, 1, 2, 1),
        ((2, 4, 9, 8), 2, 5, 2, 2, 2),
        ((2, 3, 9, 8), 2, 7, 2, 3, 1),
        ((2, 1, 7, 8), 2, 7, 1, 3, 1),
        ((2, 2, 7, 7), 3, 7, 1, 0, 1),
        ((2, 3, 8, 9), 3, 7, 1, 3, 3),
    ]:
        attrs = {"stride": stride, "padding": padding, "groups": groups}
        variant = f"{n}x{c}x{h}x{w}-o{out}-k{kernel}-s{stride}-p{padding}-g{groups}"
        draw = Draw(f"conv2d/{variant}")
        inputs = [draw.normal(n, c, h, w), draw.normal(out, c // groups, kernel, kernel)]
        fixture.case("conv2d", variant, attrs, inputs, lambda x, weight: F.conv2d(x, weight, **attrs))

    draw = Draw("conv2d/rectangular")
    attrs = {"stride": 2, "padding": 1, "groups": 1}
    inputs = [draw.normal(2, 2, 6, 9), draw.normal(3, 2, 1, 3)]
    fixture.case("conv2d", "rectangular", attrs, inputs, lambda x, weight: F.conv2d(x, weight, **attrs))
    draw = Draw("conv2d/bias")
    inputs = [draw.normal(2, 3, 5, 6), draw.normal(4, 3, 3, 3), draw.normal(4)]
    fixture.case("conv2d", "bias", attrs, inputs, lambda x, weight, bias: F.conv2d(x, weight, bias, **attrs))

    # [N, C, H, W], output channels, kernel, stride, padding, output padding, groups. Weight [C, O / groups, k, k].
    for (n, c, h, w), out, kernel, stride, padding, extra, groups in [
        ((2, 3, 4, 5), 2, 4, 2, 1, 0, 1),
        ((2, 4, 3, 4), 4, 4, 2, 1, 0, 2),
        ((2, 2, 4, 3), 3, 3, 2, 1, 1, 1),
        ((2, 2, 4, 3), 3, 3, 2, 1, 0, 1),
        ((2, 3, 5, 4), 2, 3, 1, 1, 0, 1),
        ((2, 2, 3, 5), 2, 2, 2, 0, 0, 1),
        ((2, 2, 3, 4), 3, 2, 2, 0, 1, 1),
        ((2, 4, 3, 4), 4, 5, 2, 2, 1, 4),
        ((2, 2, 4, 3), 2, 1, 1, 0, 0, 1),
        ((2, 2, 3, 3), 2, 1, 2, 0, 1, 1),
    ]:
        attrs = {"stride": stride, "padding": padding, "outputPadding": extra, "groups": groups}
        variant = f"{n}x{c}x{h}x{w}-o{out}-k{kernel}-s{stride}-p{padding}-e{extra}-g{groups}"
        draw = Draw(f"convTranspose2d/{variant}")
        inputs = [draw.normal(n, c, h, w), draw.normal(c, out // groups, kernel, kernel)]
        fixture.case(
            "convTranspose2d",
            variant,
            attrs,
            inputs,
            lambda x, weight: F.conv_transpose2d(
                x, weight, stride=stride, padding=padding, output_padding=extra, groups=groups
            ),
        )

    draw = Draw("convTranspose2d/bias")
    inputs = [draw.normal(2, 3, 4, 5), draw.normal(3, 2, 4, 4), draw.normal(2)]
    fixture.case(
        "convTranspose2d",
        "bias",
        {"stride": 2, "padding": 1, "outputPadding": 0, "groups": 1},
        inputs,
        lambda x, weight, bias: F.conv_transpose2d(x, weight, bias, stride=2, padding=1),
    )


def add_pools(fixture):
    for height, width, kernel, stride, padding in [
        (6, 8, 2, 2, 0),
        (7, 5, 2, 2, 0),
        (8, 7, 3, 2, 1),
        (5, 6, 3, 1, 1),
        (7, 6, 3, 3, 0),
        (6, 7, 3, 2, 0),
    ]:
        attrs = {"kernel": kernel, "stride": stride, "padding": padding}
        variant = f"{height}x{width}-k{kernel}-s{stride}-p{padding}"
        # The mean of -3 makes a maximum that takes the padding for zeros visible.
        x = Draw(f"pool/{variant}").normal(2, 3, height, width, mean=-3.0)
        fixture.case("maxPool2d", variant, attrs, [x], lambda x: F.max_pool2d(x, kernel, stride, padding))
        fixture.case(
            "avgPool2d",
            variant,
            attrs,
            [x],
            lambda x: F.avg_pool2d(x, kernel, stride, padding, count_include_pad=True),
        )
    x = Draw("globalAveragePool").normal(3, 4, 5, 7)
    fixture.case("globalAveragePool", "4d", {}, [x], lambda x: F.adaptive_avg_pool2d(x, 1).flatten(1))


def add_normalisations(fixture):
    def batch_norm_training(eps):
        def forward(x, scale, bias):
            y = F.batch_norm(x, None, None, scale, bias, training=True, eps=eps)
            return y, x.detach().mean((0, 2, 3)), x.detach().var((0, 2, 3), unbiased=False)

        return forward

    for variant, shape, mean, eps in [
        ("small", (2, 3, 5, 4), 0.0, 1e-5),
        ("offset", (3, 4, 3, 5), 5.0, 1e-5),
        ("single-position", (5, 3, 1, 1), 0.0, 1e-3),
    ]:
        draw = Draw(f"batchNorm/{variant}")
        channels = shape[1]
        x = draw.normal(*shape, mean=mean, deviation=1.5)
        scale, bias = draw.normal(channels, mean=1.0, deviation=0.3), draw.normal(channels)
        fixture.case("batchNormTraining", variant, {"eps": eps}, [x, scale, bias], batch_norm_training(eps))
        mean, variance = draw.normal(channels), draw.uniform(0.3, 2.0, channels)
        fixture.case(
            "batchNormInference",
            variant,
            {"eps": eps},
            [x, scale, bias, mean, variance],
            # In torch.nn.functional the statistics take no gradient; written out, they do.
            lambda x, scale, bias, mean, variance: (x - mean[:, None, None])
            / torch.sqrt(variance[:, None, None] + eps)
            * scale[:, None, None]
            + bias[:, None, None],
        )

    for variant, shape, eps in [("3d", (2, 5, 7), 1e-6), ("2d", (3, 8), 1e-5), ("4d", (2, 3, 2, 5), 1e-5)]:
        draw = Draw(f"layerNorm/{variant}")
        inputs = [draw.normal(*shape, mean=0.5), draw.normal(shape[-1], mean=1.0), draw.normal(shape[-1])]
        fixture.case(
            "layerNorm",
            variant,
            {"eps": eps},
            inputs,
            lambda x, scale, bias: F.layer_norm(x, x.shape[-1:], scale, bias, eps),
        )


def add_products(fixture):
    for variant, left, right in [
        ("2d", (3, 5), (5, 4)),
        ("one-row", (1, 6), (6, 3)),
        ("batched", (2, 3, 5), (2, 5, 4)),
        ("4d-by-2d", (2, 3, 2, 5), (5, 3)),
        ("3d-by-4d", (3, 4, 2), (2, 3, 2, 5)),
        ("broadcast-both", (2, 1, 3, 4), (5, 4, 2)),
    ]:
        draw = Draw(f"matmul/{variant}")
        fixture.case("matmul", variant, {}, [draw.normal(*left), draw.normal(*right)], torch.matmul)
    draw = Draw("linear")
    inputs = [draw.normal(3, 5), draw.normal(4, 5), draw.normal(4)]
    fixture.case("linear", "bias", {}, inputs, F.linear)
    fixture.case("linear", "plain", {}, inputs[:2], F.linear)


def add_elementwise(fixture):
    extremes = torch.tensor([-120.0, -30.0, -21.0, -1e-3, 0.0, 1e-3, 21.0, 30.0, 120.0], dtype=torch.float64)
    unary = {
        "sigmoid": (torch.sigmoid, True),
        "softplus": (softplus, True),
        "relu": (F.relu, True),
        "gelu": (F.gelu, True),
        "tanh": (torch.tanh, True),
        "erf": (torch.erf, True),
        "exp": (torch.exp, False),
        "abs": (torch.abs, False),
        "neg": (torch.neg, False),
    }
    for op, (forward, with_extremes) in unary.items():
        x = Draw(op).normal(2, 3, 5, deviation=2.0)
        fixture.case(op, "normal", {}, [x], forward)
        if with_extremes:
            fixture.case(op, "extremes", {}, [extremes], forward)
    for op, forward in {"log": torch.log, "sqrt": torch.sqrt}.items():
        fixture.case(op, "positive", {}, [Draw(op).uniform(0.05, 4.0, 3, 7)], forward)


def add_broadcasting(fixture):
    shapes = {
        "same": ((2, 3, 4), (2, 3, 4)),
        "right-row": ((2, 3, 4), (4,)),
        "left-column": ((3, 1), (2, 3, 4)),
        "right-scalar": ((3, 4), ()),
        "left-scalar": ((), (3, 4)),
        "both": ((2, 1, 4), (3, 1)),
        "channels": ((2, 3, 4, 2), (3, 1, 1)),
    }
    binary = {
        "add": torch.add,
        "sub": torch.sub,
        "mul": torch.mul,
        "div": torch.div,
        "maximum": torch.maximum,
        "minimum": torch.minimum,
        "pow": torch.pow,
    }
    for op, forward in binary.items():
        for variant, (left, right) in shapes.items():
            draw = Draw(f"{op}/{variant}")
            a = draw.uniform(0.3, 3.0, *left) if op == "pow" else draw.normal(*left)
            b = draw.uniform(0.4, 2.0, *right) if op == "div" else draw.normal(*right)
            fixture.case(op, variant, {}, [a, b], forward)

    for variant, condition, left, right in [
        ("same", (2, 5), (2, 5), (2, 5)),
        ("broadcast-condition", (5,), (3, 5), (3, 5)),
        ("broadcast-values", (2, 3, 4), (), (3, 1)),
    ]:
        draw = Draw(f"where/{variant}")
        inputs = [draw.booleans(*condition), draw.normal(*left), draw.normal(*right)]
        fixture.case("where", variant, {}, inputs, torch.where)


def add_comparisons(fixture):
    comparisons = {
        "equal": torch.eq,
        "greater": torch.gt,
        "less": torch.lt,
    }
    draw = Draw("comparisons")
    # Small whole numbers, so that equal pairs occur.
    a, b = draw.integers(3, 3, 5).to(torch.float64), draw.integers(3, 5).to(torch.float64)
    for op, forward in comparisons.items():
        fixture.case(op, "broadcast", {}, [a, b], lambda x, y: forward(x.detach(), y.detach()))
    a, b = draw.booleans(3, 5), draw.booleans(5)
    fixture.case("and", "broadcast", {}, [a, b], torch.logical_and)
    fixture.case("not", "plain", {}, [a], torch.logical_not)


def add_reductions(fixture):
    forwards = {
        "sum": lambda x, axes, keep: x.sum(axes, keepdim=keep),
        "mean": lambda x, axes, keep: x.mean(axes, keepdim=keep),
        "max": lambda x, axes, keep: x.amax(axes, keepdim=keep),
    }
    for axes, keep in [([0], False), ([1], True), ([2, 3], False), ([0, 2, 3], True), ([0, 1, 2, 3], False)]:
        variant = f"axes{''.join(map(str, axes))}{'-keep' if keep else ''}"
        x = Draw(f"reduction/{variant}").normal(2, 3, 4, 5)
        for op, forward in forwards.items():
            fixture.case(op, variant, {"axes": axes, "keepDims": keep}, [x], lambda x: forward(x, axes, keep))
    for axis in range(3):
        x = Draw(f"argmax/{axis}").normal(3, 4, 5)
        fixture.case("argMax", f"axis{axis}", {"axis": axis}, [x], lambda x: x.detach().argmax(axis))


def add_softmaxes(fixture):
    extreme = torch.tensor([[120.0, -120.0, 3.0], [-120.0, -119.0, -121.0]], dtype=torch.float64)
    for variant, x, axis in [
        ("2d", Draw("softmax/2d").normal(3, 5, deviation=2.0), 1),
        ("first-axis", Draw("softmax/first-axis").normal(4, 3, 2), 0),
        ("middle-axis", Draw("softmax/middle-axis").normal(2, 5, 3), 1),
        ("extreme", extreme, 1),
    ]:
        fixture.case("softmax", variant, {"axis": axis}, [x], lambda x: F.softmax(x, axis))
        fixture.case("logSoftmax", variant, {"axis": axis}, [x], lambda x: F.log_softmax(x, axis))
        for keep in (False, True):
            fixture.case(
                "logSumExp",
                f"{variant}{'-keep' if keep else ''}",
                {"axis": axis, "keepDims": keep},
                [x],
                lambda x: torch.logsumexp(x, axis, keepdim=keep),
            )


def add_shape_ops(fixture):
    for variant, before, after in [("merge", (2, 3, 4), (6, 4)), ("split", (6, 5), (2, 3, 5, 1))]:
        x = Draw(f"reshape/{variant}").normal(*before)
        fixture.case("reshape", variant, {"shape": list(after)}, [x], lambda x: x.reshape(after))
    for permutation in [[1, 0], [0, 2, 1], [2, 0, 1], [0, 2, 3, 1], [3, 1, 0, 2]]:
        x = Draw(f"transpose/{permutation}").normal(*[2, 3, 4, 5][: len(permutation)])
        variant = "".join(map(str, permutation))
        fixture.case("transpose", variant, {"permutation": permutation}, [x], lambda x: x.permute(permutation))
    for axis, lengths in [(0, [2, 3]), (1, [1, 4, 2]), (2, [3, 2])]:
        draw = Draw(f"concat/{axis}")
        shapes = [[*[2, 3, 4][:axis], length, *[2, 3, 4][axis + 1 :]] for length in lengths]
        inputs = [draw.normal(*shape) for shape in shapes]
        fixture.case("concat", f"axis{axis}", {"axis": axis}, inputs, lambda *xs: torch.cat(xs, axis))
    for axis, start, end, step in [
        (0, 1, 3, 1),
        (1, 0, 2, 1),
        (2, 2, 5, 1),
        (1, 3, 4, 1),
        (2, 1, 5, 2),
        (2, 0, 6, 2),
        (1, 0, 4, 3),
    ]:
        variant = f"axis{axis}-{start}-{end}-{step}"
        x = Draw(f"slice/{variant}").normal(3, 4, 6)
        attrs = {"axis": axis, "start": start, "end": end, "step": step}
        ranges = tuple(slice(start, end, step) if other == axis else slice(None) for other in range(3))
        fixture.case("slice", variant, attrs, [x], lambda x: x[ranges])
    for axis, before, after, interior, value in [
        (0, 1, 0, 0, 0.0),
        (2, 0, 3, 0, 0.0),
        (1, 2, 1, 0, -1.5),
        (2, 1, 2, 1, 0.0),
        (1, 0, 0, 2, 0.5),
    ]:
        variant = f"axis{axis}-{before}-{after}-{interior}-{value}"
        attrs = {"axis": axis, "before": before, "after": after, "interior": interior, "value": value}
        x = Draw(f"pad/{variant}").normal(2, 3, 4)
        fixture.case("pad", variant, attrs, [x], lambda x: pad_axis(x, **attrs))


def pad_axis(x, axis, before, after, interior, value):
    """Adds elements along one axis: in front, behind, and `interior` of them between any two neighbours."""
    length = before + (x.shape[axis] - 1) * (interior + 1) + 1 + after
    positions = before + (interior + 1) * torch.arange(x.shape[axis])
    padded = torch.full([length if other == axis else size for other, size in enumerate(x.shape)], value)
    return padded.to(x.dtype).index_copy(axis, positions, x)


def add_indexing(fixture):
    for variant, shape, indices in [
        ("rows", (5, 3), torch.tensor([4, 0, 0, 2, 4, 4], dtype=torch.int32)),
        ("grid", (4, 2), torch.tensor([[1, 3, 1], [0, 1, 3]], dtype=torch.int32)),
        ("blocks", (3, 2, 4), torch.tensor([2, 2, 1], dtype=torch.int32)),
    ]:
        x = Draw(f"gather/{variant}").normal(*shape)
        fixture.case("gather", variant, {"axis": 0}, [x, indices], lambda x, indices: x[indices.long()])
    for variant, shape in [("1d", (6,)), ("2d", (2, 3))]:
        indices = Draw(f"oneHot/{variant}").integers(5, *shape)
        fixture.case(
            "oneHot",
            variant,
            {"depth": 5},
            [indices],
            lambda indices: F.one_hot(indices.long(), 5).to(torch.float64),
        )


def add_gradient_stops(fixture):
    draw = Draw("gradientStops")
    x, y = draw.normal(2, 5), draw.normal(2, 5)
    # 0 * x makes the output differentiable, so that its gradient of zero is stored.
    fixture.case("stopGradient", "plain", {}, [x], lambda x: x.detach() + 0 * x)
    fixture.case(
        "straightThrough",
        "plain",
        {},
        [x, y],
        lambda forward, backward: backward + (forward - backward).detach(),
    )


def add_losses(fixture):
    draw = Draw("losses")
    logits, labels = draw.normal(5, 4, deviation=2.0), draw.integers(4, 5)
    fixture.case(
        "crossEntropy",
        "mean",
        {},
        [logits, labels],
        lambda logits, labels: F.cross_entropy(logits, labels.long()),
    )
    targets = draw.booleans(5, 4).to(torch.float64)
    for variant, values in [("mean", logits), ("extreme", 120 * logits.sign())]:
        fixture.case(
            "binaryCrossEntropy",
            variant,
            {},
            [values, targets],
            lambda logits, targets: F.binary_cross_entropy_with_logits(logits, targets),
        )
    x, y = draw.normal(2, 3, 4), draw.normal(2, 3, 4)
    fixture.case("meanSquaredError", "mean", {}, [x, y], F.mse_loss)
