"""Uncertainty of Monte Carlo predictions in nats, from logits [S, N, K] (S masks, N images, K classes or labels).

Mutual information is taken in the mean-KL form, mean_s KL(p_s || mean_s p_s), which is the predictive entropy
less the expected entropy but loses fewer digits. Shared by the fixtures and by bench/peer.py.
"""

import math

import torch
from torch.nn import functional as F


def mean_log_probs(log_probs):
    """log of the mean over S: [S, ...] to [...]."""
    return torch.logsumexp(log_probs, 0) - math.log(log_probs.shape[0])


def binary_log_probs(logits):
    """log p and log(1 - p) of p = sigmoid(logit), stacked on a new last axis: [S, N, L] to [S, N, L, 2]."""
    return torch.stack([softplus(-logits), softplus(logits)], -1).neg()


def softplus(x):
    """log(1 + exp(x)) for any x; torch's own softplus returns x itself above 20, which is off by 2e-9 there."""
    return torch.logaddexp(x, torch.zeros_like(x))


def expected_entropy(log_probs):
    return -(log_probs.exp() * log_probs).sum(-1).mean(0)


def predictive_entropy(log_probs):
    mean = mean_log_probs(log_probs)
    return -(mean.exp() * mean).sum(-1)


def mutual_information(log_probs):
    """mean_s sum_k p log(p / mean p): log-probabilities [S, ..., K] to [...]."""
    return (log_probs.exp() * (log_probs - mean_log_probs(log_probs))).sum(-1).mean(0)


def log_probs_of(logits, task):
    """`softmax`: classes on the last axis; `sigmoid`: each logit is a label of its own, with a new last axis of 2."""
    return F.log_softmax(logits, -1) if task == "softmax" else binary_log_probs(logits)


def score(measure, logits, task):
    """One value an image [N]; the labels of `sigmoid` are summed."""
    values = measure(log_probs_of(logits, task))
    return values if task == "softmax" else values.sum(-1)
