#!/usr/bin/env bash
# What docs/results/explanations.md reports: three seeds of three methods on two datasets, and the relevance of each pair.
#   bench/explanations.sh breastmnist.npz OUT
set -euo pipefail
archive=$1
out=$2
tsynd() { node "$(dirname "${BASH_SOURCE[0]}")/../dist/cli.mjs" "$@"; }
run() { echo "$out/$1/"*-"$2"; }

mkdir -p "$out"
[ -d "$out/phantoms" ] || tsynd sample-dataset "$out/phantoms" --classes 2 --images-per-class 200 --seed 1
for seed in 0 1 2; do
  for dataset in "$out/phantoms" "$archive"; do
    name=$(basename "$dataset" .npz)-$seed
    for method in mi baseline reconstruction; do
      tsynd generate "$dataset" --preset quick --device cpu --method "$method" --seed "$seed" --count 0 --out "$out/$name"
    done
    for other in baseline reconstruction; do
      tsynd relevance "$(run "$name" "$other")" --against "$(run "$name" mi)" > "$out/$name-$other.txt"
    done
  done
done
