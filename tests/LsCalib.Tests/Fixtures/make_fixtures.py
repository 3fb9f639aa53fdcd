"""Exports the models of this folder with PyTorch (1.13 was used) and the onnx package (1.12 was used).

    python3 make_fixtures.py

The weights are random but seeded; what matters is how the exporter lays out the graph.
"""

import pathlib

import numpy as np
import onnx
import onnx.helper
import onnx.numpy_helper
import torch
from onnx.external_data_helper import convert_model_to_external_data
from torch import nn

HERE = pathlib.Path(__file__).parent


class Mlp(nn.Module):
    """Ten features, five classes, logits."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 5))

    def forward(self, x):
        return 4 * self.layers(x)


class Softmaxed(Mlp):
    def forward(self, x):
        return torch.softmax(super().forward(x), dim=1)


class SoftmaxThenReshape(Softmaxed):
    """[N,5,1,1] as of a convolutional head, made [N,5] by a Reshape of a computed shape after the softmax."""

    def forward(self, x):
        p = torch.softmax(4 * self.layers(x).unsqueeze(2).unsqueeze(3), dim=1)
        return p.reshape(x.shape[0], 5)


class Cnn(nn.Module):
    """Images of 8x8, four classes, softmax inside."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(4, 8, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
        self.head = nn.Linear(8, 4)

    def forward(self, x):
        return torch.softmax(12 * self.head(self.features(x).flatten(1)), dim=-1)


class Segmentation(nn.Module):
    """Three classes for each pixel, logits [N,3,H,W]."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 3, 1))

    def forward(self, x):
        return 6 * self.layers(x)


class Binary(nn.Module):
    """One sigmoid, squeezed to [N]."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(10, 8), nn.Tanh(), nn.Linear(8, 1))

    def forward(self, x):
        return torch.sigmoid(3 * self.layers(x)).squeeze(1)


def export(name, model, example, opset, output="scores"):
    path = HERE / name
    torch.onnx.export(
        model.eval(), example, str(path), opset_version=opset, input_names=["x"], output_names=[output],
        dynamic_axes={"x": {0: "N"}, output: {0: "N"}})
    return path


def without_paths(path):
    """The exporter writes where its sources lie into the nodes; nobody needs that."""
    model = onnx.load(str(path), load_external_data=False)
    for node in model.graph.node:
        node.doc_string = ""
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def to_half(source, name, keeps_boundary):
    """All weights and tensors in float16; with kept boundaries, a Cast to float16 first and one to float32 last.

    PyTorch 1.13 cannot run float16 on a processor, which its exporter does, so the exported file is converted.
    """
    model = onnx.load(str(source))
    graph = model.graph
    for tensor in graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT:
            tensor.CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(tensor).astype(np.float16), tensor.name))
    for node in graph.node:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.t.data_type == onnx.TensorProto.FLOAT:
                attribute.t.CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(attribute.t).astype(np.float16)))
    if keeps_boundary:
        nodes = list(graph.node)
        for node in nodes:
            node.input[:] = ["x_half" if tensor == "x" else tensor for tensor in node.input]
            node.output[:] = ["scores_half" if tensor == "scores" else tensor for tensor in node.output]
        first = onnx.helper.make_node("Cast", ["x"], ["x_half"], to=onnx.TensorProto.FLOAT16)
        last = onnx.helper.make_node("Cast", ["scores_half"], ["scores"], to=onnx.TensorProto.FLOAT)
        del graph.node[:]
        graph.node.extend([first, *nodes, last])
    else:
        for value in [*graph.input, *graph.output]:
            value.type.tensor_type.elem_type = onnx.TensorProto.FLOAT16
    onnx.save(model, str(HERE / name))
    return HERE / name


def main():
    torch.manual_seed(1)
    rows = torch.randn(4, 10)
    images = torch.randn(4, 1, 8, 8)
    made = [
        export("torch_mlp_logits.onnx", Mlp(), rows, 17, "logits"),
        export("torch_mlp_softmax_opset11.onnx", Softmaxed(), rows, 11),
        export("torch_softmax_reshape.onnx", SoftmaxThenReshape(), rows, 13),
        export("torch_mlp_softmax.onnx", Softmaxed(), rows, 13),
        export("torch_cnn_softmax.onnx", Cnn(), images, 12),
        export("torch_segmentation.onnx", Segmentation(), images, 13, "logits"),
        export("torch_sigmoid_squeeze.onnx", Binary(), rows, 13),
    ]
    made += [to_half(made[0], "half_mlp_logits.onnx", False), to_half(made[3], "half_softmax_cast.onnx", True)]
    external = onnx.load(str(made[1]))
    (HERE / "external_mlp_softmax.bin").unlink(missing_ok=True)
    convert_model_to_external_data(external, all_tensors_to_one_file=True, location="external_mlp_softmax.bin", size_threshold=0)
    onnx.save(external, str(HERE / "external_mlp_softmax.onnx"))
    for path in [*made, HERE / "external_mlp_softmax.onnx"]:
        without_paths(path)


main()
