"""DenseNet-121 in PyTorch, after pytorch/vision, torchvision/models/densenet.py, under its names."""

from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional as F

DEPTHS = [6, 12, 24, 16]
BOTTLENECK = 4


class DenseLayer(nn.Module):
    """x with conv2(relu(norm2(conv1(relu(norm1(x)))))) behind it."""

    def __init__(self, in_channels, growth):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(in_channels)
        self.conv1 = nn.Conv2d(in_channels, BOTTLENECK * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(BOTTLENECK * growth)
        self.conv2 = nn.Conv2d(BOTTLENECK * growth, growth, 3, 1, 1, bias=False)

    def forward(self, x):
        inner = F.relu(self.norm2(self.conv1(F.relu(self.norm1(x)))))
        return torch.cat([x, self.conv2(inner)], 1)


def dense_block(in_channels, growth, depth):
    layers = (DenseLayer(in_channels + index * growth, growth) for index in range(depth))
    return nn.Sequential(OrderedDict((f"denselayer{index + 1}", layer) for index, layer in enumerate(layers)))


def transition(channels):
    return nn.Sequential(
        OrderedDict(
            norm=nn.BatchNorm2d(channels),
            relu=nn.ReLU(),
            conv=nn.Conv2d(channels, channels // 2, 1, bias=False),
            pool=nn.AvgPool2d(2, 2),
        )
    )


class DenseNet121(nn.Module):
    """With a 3x3 stem of stride 1 and no max-pool, or with ImageNet's; a layer adds half of `width` channels."""

    def __init__(self, in_channels, num_classes, width=64, large=False):
        super().__init__()
        growth = width // 2
        stem = (7, 2, 3) if large else (3, 1, 1)
        features = OrderedDict(
            conv0=nn.Conv2d(in_channels, width, *stem, bias=False), norm0=nn.BatchNorm2d(width), relu0=nn.ReLU()
        )
        if large:
            features["pool0"] = nn.MaxPool2d(3, 2, 1)
        channels = width
        for index, depth in enumerate(DEPTHS):
            if index > 0:
                features[f"transition{index}"] = transition(channels)
                channels //= 2
            features[f"denseblock{index + 1}"] = dense_block(channels, growth, depth)
            channels += depth * growth
        features["norm5"] = nn.BatchNorm2d(channels)
        self.features = nn.Sequential(features)
        self.classifier = nn.Linear(channels, num_classes)

    def pooled(self, images):
        """Pooled features [N, F] of images [N, C, H, W]."""
        return F.relu(self.features(images)).mean((2, 3))

    def answer(self, pooled):
        return self.classifier(pooled)

    def forward(self, images):
        return self.answer(self.pooled(images))
