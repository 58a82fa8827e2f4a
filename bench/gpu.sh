#!/usr/bin/env bash
# Tries every device of this machine with the op suite, times training, latent and autoencoder steps and whole iterations
# against PyTorch (on an NVIDIA GPU with TF32 off and on), runs experiments/table1-breastmnist.yaml, and writes
# bench/results/<date>-<hardware>.md and .json.
#
#   bench/gpu.sh --data DIR                      all devices, batches of 64, 128 and 512; DIR holds breastmnist.npz
#   bench/gpu.sh --devices webgpu,cuda --batch 64 --rounds 50 --skip-experiment
#   bench/gpu.sh --devices cpu --quick           does it run at all: batches of 8, one round, no experiment
#   bench/gpu.sh --minutes 9                     begins nothing after nine minutes, and ends what hangs after ten
#   bench/gpu.sh --bundle FOLDER                 lays out in FOLDER all that another Linux machine needs, Node included:
#                                                carry it there and call FOLDER/bench/gpu.sh; it needs Python with torch
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tsx=$root/node_modules/tsx/dist/loader.mjs
if [ "${1:-}" = --bundle ]; then
  folder=$(realpath -m "${2:?a folder for the bundle}")
  cd "$root"
  node esbuild.mjs
  exec node --import "$tsx" bench/makeBundle.ts "$folder"
fi
if [ -f "$root/dist/gpu.mjs" ]; then
  exec "$root/node" "$root/dist/gpu.mjs" "$@"
fi
exec node --import "$tsx" "$root/bench/gpu.ts" "$@"
