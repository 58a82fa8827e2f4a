"""DeiT in PyTorch, after facebookresearch/deit, models.py, and timm's vision_transformer.py, under timm's names."""

import torch
from torch import nn

DEPTH = 12
NORM_EPS = 1e-6


class PatchEmbed(nn.Module):
    def __init__(self, in_channels, size, patch):
        super().__init__()
        self.proj = nn.Conv2d(in_channels, size, patch, patch)

    def forward(self, images):
        return self.proj(images).flatten(2).transpose(1, 2)


class Attention(nn.Module):
    def __init__(self, size, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(size, 3 * size)
        self.proj = nn.Linear(size, size)

    def forward(self, x):
        n, length, size = x.shape
        depth = size // self.heads
        q, k, v = self.qkv(x).reshape(n, length, 3, self.heads, depth).permute(2, 0, 3, 1, 4)
        weights = ((q @ k.transpose(-2, -1)) * depth**-0.5).softmax(-1)
        return self.proj((weights @ v).transpose(1, 2).reshape(n, length, size))


class Mlp(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.fc1 = nn.Linear(size, 4 * size)
        self.act = nn.GELU()
        self.fc2 = nn.Linear(4 * size, size)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, size, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(size, eps=NORM_EPS)
        self.attn = Attention(size, heads)
        self.norm2 = nn.LayerNorm(size, eps=NORM_EPS)
        self.mlp = Mlp(size)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Deit(nn.Module):
    """`heads` of attention with `width` features each; a distilled one has a second token and a second head."""

    def __init__(self, in_channels, num_classes, width=64, *, heads, patch, image_size, distilled=False):
        super().__init__()
        size = heads * width
        self.distilled = distilled
        self.num_prefix = 2 if distilled else 1
        self.cls_token = nn.Parameter(torch.zeros(1, 1, size))
        if distilled:
            self.dist_token = nn.Parameter(torch.zeros(1, 1, size))
        self.pos_embed = nn.Parameter(torch.zeros(1, self.num_prefix + (image_size // patch) ** 2, size))
        self.patch_embed = PatchEmbed(in_channels, size, patch)
        self.blocks = nn.Sequential(*(Block(size, heads) for _ in range(DEPTH)))
        self.norm = nn.LayerNorm(size, eps=NORM_EPS)
        self.head = nn.Linear(size, num_classes)
        if distilled:
            self.head_dist = nn.Linear(size, num_classes)

    def pooled(self, images):
        """Class token, and distillation token behind it: [N, D] or [N, 2 D]."""
        tokens = [self.cls_token] + ([self.dist_token] if self.distilled else [])
        n = len(images)
        x = torch.cat([*(token.expand(n, -1, -1) for token in tokens), self.patch_embed(images)], 1)
        x = self.norm(self.blocks(x + self.pos_embed))
        return x[:, : self.num_prefix].flatten(1)

    def answer(self, pooled):
        """The mean of both heads' logits where there are two."""
        if not self.distilled:
            return self.head(pooled)
        first, second = pooled.chunk(2, 1)
        return (self.head(first) + self.head_dist(second)) / 2

    def forward(self, images):
        return self.answer(self.pooled(images))
