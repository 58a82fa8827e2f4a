/**
 * Tensors by the names that this project gives them, torchvision's and timm's, in the order that they came in.
 *
 * Known are other names of the same layouts: MedMNIST's published ResNets (and runs of earlier versions of TSynD) call
 * the head `linear` and projections `shortcut`; torchvision's older DenseNet files put a dot into `norm1` and `conv1`.
 * What stands before a name, say of an optimiser's tensors, stays.
 */
export function renameTensors<T>(tensors: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...tensors].map(([name, tensor]) => [knownName(name), tensor]));
}

function knownName(name: string): string {
  return name
    .replace(/(^|\.)linear\.(weight|bias)$/, '$1fc.$2')
    .replace(/(\blayer\d+\.\d+\.)shortcut\./, '$1downsample.')
    .replace(/(\bdenselayer\d+\.(?:norm|conv))\.([12]\.)/, '$1$2');
}
