"""The networks of the project in PyTorch: the MedMNIST ResNets and Sonnet's VQ-VAE.

Shared by the fixtures and by bench/peer.py. Parameter names are those of the files the project writes.
"""

import torch
from torch import nn
from torch.nn import functional as F


class BasicBlock(nn.Module):
    """relu(bn2(conv2(relu(bn1(conv1(x))))) + downsample(x))."""

    expansion = 1

    def __init__(self, in_channels, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = make_downsample(in_channels, channels, stride)

    def forward(self, x):
        hidden = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(hidden)) + self.downsample(x))


class Bottleneck(nn.Module):
    """1x1, 3x3 (with the stride), 1x1 to four times the channels, each with batch norm."""

    expansion = 4

    def __init__(self, in_channels, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.conv3 = nn.Conv2d(channels, self.expansion * channels, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(self.expansion * channels)
        self.downsample = make_downsample(in_channels, self.expansion * channels, stride)

    def forward(self, x):
        hidden = F.relu(self.bn1(self.conv1(x)))
        hidden = F.relu(self.bn2(self.conv2(hidden)))
        return F.relu(self.bn3(self.conv3(hidden)) + self.downsample(x))


def make_downsample(in_channels, out_channels, stride):
    if stride == 1 and in_channels == out_channels:
        return nn.Sequential()
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels)
    )


class ResNet(nn.Module):
    """ResNet with the MedMNIST stem, a 3x3 convolution of stride 1 and no max-pool, or with ImageNet's.

    Names are torchvision's.
    """

    def __init__(self, block, block_counts, in_channels, num_classes, width, large=False):
        super().__init__()
        self.large = large
        stem = (7, 2, 3) if large else (3, 1, 1)
        self.conv1 = nn.Conv2d(in_channels, width, *stem, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        channels = width
        for index, count in enumerate(block_counts):
            blocks = []
            for position in range(count):
                stride = 2 if index > 0 and position == 0 else 1
                blocks.append(block(channels, width * 2**index, stride))
                channels = block.expansion * width * 2**index
            setattr(self, f"layer{index + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(channels, num_classes)

    def features(self, images):
        """Pooled features [N, F] of images [N, C, H, W]."""
        x = F.relu(self.bn1(self.conv1(images)))
        if self.large:
            x = F.max_pool2d(x, 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return x.mean((2, 3))

    def forward(self, images, dropout_mask=None):
        """Logits [N, K]; `dropout_mask` [N, F] multiplies the pooled feature."""
        features = self.features(images)
        return self.fc(features if dropout_mask is None else features * dropout_mask)


def resnet18(in_channels, num_classes, width=64, large=False):
    return ResNet(BasicBlock, [2, 2, 2, 2], in_channels, num_classes, width, large)


def resnet50(in_channels, num_classes, width=64, large=False):
    return ResNet(Bottleneck, [3, 4, 6, 3], in_channels, num_classes, width, large)


class ResidualLayer(nn.Module):
    """x + conv2(relu(conv1(relu(x)))) with a 3x3 and a 1x1 convolution."""

    def __init__(self, hidden, residual_hidden):
        super().__init__()
        self.conv1 = nn.Conv2d(hidden, residual_hidden, 3, 1, 1)
        self.conv2 = nn.Conv2d(residual_hidden, hidden, 1)

    def forward(self, x):
        return x + self.conv2(F.relu(self.conv1(F.relu(x))))


def residual_stack(hidden, residual_hidden):
    return nn.Sequential(ResidualLayer(hidden, residual_hidden), ResidualLayer(hidden, residual_hidden))


class Encoder(nn.Module):
    """Images in [-0.5, 0.5] [N, C, H, W] to continuous latents [N, D, H/4, W/4]."""

    def __init__(self, in_channels, hidden, residual_hidden, latent_channels):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, hidden // 2, 4, 2, 1)
        self.conv2 = nn.Conv2d(hidden // 2, hidden, 4, 2, 1)
        self.conv3 = nn.Conv2d(hidden, hidden, 3, 1, 1)
        self.residual = residual_stack(hidden, residual_hidden)
        self.project = nn.Conv2d(hidden, latent_channels, 1)

    def forward(self, x):
        x = F.relu(self.conv3(F.relu(self.conv2(F.relu(self.conv1(x))))))
        return self.project(F.relu(self.residual(x)))


class Decoder(nn.Module):
    """Latents [N, D, h, w] to images in [-0.5, 0.5] [N, C, 4h, 4w]."""

    def __init__(self, out_channels, hidden, residual_hidden, latent_channels):
        super().__init__()
        self.conv1 = nn.Conv2d(latent_channels, hidden, 3, 1, 1)
        self.residual = residual_stack(hidden, residual_hidden)
        self.upsample1 = nn.ConvTranspose2d(hidden, hidden // 2, 4, 2, 1)
        self.upsample2 = nn.ConvTranspose2d(hidden // 2, out_channels, 4, 2, 1)

    def forward(self, latents):
        x = F.relu(self.residual(self.conv1(latents)))
        return self.upsample2(F.relu(self.upsample1(x)))


class Quantizer(nn.Module):
    """Nearest code, with the codebook learned by Sonnet's zero-debiased exponential moving averages.

    hidden <- hidden - (hidden - value) (1 - decay);  average = hidden / (1 - decay^counter)
    n = average of the cluster sizes;  N = (n + eps) / (sum n + codes eps) sum n
    codebook = average of the code sums / N
    `clusterSize` and `codeSum` are the hidden values, before the division by 1 - decay^counter.
    """

    def __init__(self, num_codes, latent_channels, decay=0.99, eps=1e-5):
        super().__init__()
        self.decay = decay
        self.eps = eps
        self.counter = 0
        self.register_buffer("codebook", torch.randn(num_codes, latent_channels))
        self.register_buffer("clusterSize", torch.zeros(num_codes))
        self.register_buffer("codeSum", torch.zeros(num_codes, latent_channels))

    def distances(self, latents):
        """Squared distances [N h w, codes]."""
        flat = flatten_positions(latents.detach())
        squares = (flat**2).sum(1, keepdim=True) + (self.codebook**2).sum(1)
        return squares - 2 * flat @ self.codebook.t()

    def forward(self, latents):
        """Codes [N, h, w] and quantised latents [N, D, h, w]."""
        count, _, height, width = latents.shape
        codes = self.distances(latents).argmin(1).view(count, height, width)
        return codes, self.codebook[codes].permute(0, 3, 1, 2)

    @torch.no_grad()
    def update(self, latents, codes):
        assignments = F.one_hot(codes.reshape(-1), len(self.codebook)).to(latents.dtype)
        self.counter += 1
        cluster_size = self._average(self.clusterSize, assignments.sum(0))
        code_sum = self._average(self.codeSum, assignments.t() @ flatten_positions(latents))
        total = cluster_size.sum()
        smoothed = (cluster_size + self.eps) / (total + len(self.codebook) * self.eps) * total
        self.codebook.copy_(code_sum / smoothed[:, None])

    def _average(self, hidden, value):
        hidden.sub_((hidden - value) * (1 - self.decay))
        return hidden / (1 - self.decay**self.counter)


def flatten_positions(latents):
    """[N, D, h, w] to [N h w, D]."""
    return latents.permute(0, 2, 3, 1).reshape(-1, latents.shape[1])


class VqVae(nn.Module):
    """VQ-VAE in the shape of Sonnet's example; images in [0, 1] [N, C, H, W] are shifted to [-0.5, 0.5]."""

    def __init__(self, channels, hidden=128, residual_hidden=32, latent_channels=64, num_codes=512):
        super().__init__()
        self.encoder = Encoder(channels, hidden, residual_hidden, latent_channels)
        self.quantizer = Quantizer(num_codes, latent_channels)
        self.decoder = Decoder(channels, hidden, residual_hidden, latent_channels)

    def decode(self, latents):
        """Images in about [0, 1]."""
        return self.decoder(latents) + 0.5

    def forward(self, images, variance):
        """The training loss and all it was made of.

        loss = mse(reconstruction, images) / variance + 0.25 mse(z_e, stop_gradient(z_q))
        perplexity = exp(-sum_k p_k log(p_k + 1e-10)), p the use of the codes in this batch
        """
        latents = self.encoder(images - 0.5)
        codes, quantized = self.quantizer(latents)
        reconstruction = self.decode(latents + (quantized - latents).detach())
        reconstruction_loss = F.mse_loss(reconstruction, images)
        commitment_loss = F.mse_loss(latents, quantized.detach())
        usage = F.one_hot(codes.reshape(-1), len(self.quantizer.codebook)).to(latents.dtype).mean(0)
        return {
            "latents": latents,
            "codes": codes,
            "quantized": quantized,
            "reconstruction": reconstruction,
            "reconstructionLoss": reconstruction_loss,
            "commitmentLoss": commitment_loss,
            "loss": reconstruction_loss / variance + 0.25 * commitment_loss,
            "perplexity": torch.exp(-(usage * torch.log(usage + 1e-10)).sum()),
        }
