import type { Value } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { relu } from '../engine/ops/relu.ts';
import { sub } from '../engine/ops/sub.ts';
import { uniformInitializer, constantInitializer } from '../nn/initializers.ts';
import { convLayer, convTransposeLayer } from '../nn/layers.ts';
import type { ModelScope } from '../nn/modelScope.ts';
import type { Declare } from '../nn/modelState.ts';

/** What fixes an autoencoder's tensors; stored with its weights. The defaults of Sonnet's example are in comments. */
export interface AutoencoderConfig {
  readonly inChannels: number;
  /** Channels of the convolutions (128). */
  readonly hidden: number;
  /** Channels inside the residual layers (32). */
  readonly residualHidden: number;
  /** Residual layers of the encoder and of the decoder (2). */
  readonly residualLayers: number;
  /** Latent channels D, the length of a code (64). */
  readonly latentChannels: number;
  /** Entries of the codebook (512). */
  readonly codes: number;
}

/** Both halvings of the encoder: the latent of an H x W image is H/4 x W/4. */
export const LATENT_DOWNSAMPLING = 4;

const RESIDUAL_KERNEL = { kernelSize: 3, padding: 1 };
const RESAMPLING = { kernelSize: 4, stride: 2, padding: 1 };

/**
 * The encoder of Sonnet's VQ-VAE example (van den Oord et al., arXiv 1711.00937; google-deepmind/sonnet,
 * examples/vqvae_example.ipynb): images `[N, C, H, W]` in [0, 1] to latents `[N, D, H/4, W/4]`, not yet quantised.
 */
export function encode(scope: ModelScope, images: Value, config: AutoencoderConfig): Value {
  const { hidden, latentChannels } = config;
  const centred = sub(images, 0.5);
  let x = relu(convLayer(scope, 'encoder.conv1', centred, { ...RESAMPLING, outChannels: hidden / 2 }));
  x = relu(convLayer(scope, 'encoder.conv2', x, { ...RESAMPLING, outChannels: hidden }));
  x = relu(convLayer(scope, 'encoder.conv3', x, { ...RESIDUAL_KERNEL, outChannels: hidden }));
  x = residualStack(scope, 'encoder', x, config);
  return convLayer(scope, 'encoder.project', x, { kernelSize: 1, outChannels: latentChannels });
}

/** The decoder: latents `[N, D, H/4, W/4]` to images `[N, C, H, W]`, about in [0, 1] but not clipped to it. */
export function decode(scope: ModelScope, latents: Value, config: AutoencoderConfig): Value {
  const { hidden, inChannels } = config;
  let x = convLayer(scope, 'decoder.conv1', latents, { ...RESIDUAL_KERNEL, outChannels: hidden });
  x = residualStack(scope, 'decoder', x, config);
  x = relu(convTransposeLayer(scope, 'decoder.upsample1', x, { ...RESAMPLING, outChannels: hidden / 2 }));
  x = convTransposeLayer(scope, 'decoder.upsample2', x, { ...RESAMPLING, outChannels: inChannels });
  return add(x, 0.5);
}

/** The codebook `[codes, D]`, a buffer: it follows the encoder's outputs by moving averages, not by gradients. */
export function codebook(scope: ModelScope, { codes, latentChannels }: AutoencoderConfig): Value {
  // Uniform variance scaling over D, as Sonnet initialises embeddings.
  return scope.buffer(
    'quantizer.codebook',
    [codes, latentChannels],
    uniformInitializer(Math.sqrt(3 / latentChannels)),
  );
}

/** The moving averages behind the codebook: how often each code is used, `[codes]`, and the sum of its latents. */
export function codebookAverages(
  scope: ModelScope,
  { codes, latentChannels }: AutoencoderConfig,
): { clusterSize: Value; codeSum: Value } {
  const zeros = constantInitializer(0);
  return {
    clusterSize: scope.buffer('quantizer.clusterSize', [codes], zeros),
    codeSum: scope.buffer('quantizer.codeSum', [codes, latentChannels], zeros),
  };
}

/** Asks a scope for all tensors of the autoencoder. */
export function declareAutoencoder(config: AutoencoderConfig): Declare {
  return (scope) => {
    const images = scope.graph.input('images', [1, config.inChannels, 8, 8]);
    const latents = encode(scope, images, config);
    codebook(scope, config);
    codebookAverages(scope, config);
    decode(scope, latents, config);
  };
}

/** Residual layers ReLU, 3x3, ReLU, 1x1, each added to its input, and a last ReLU. */
function residualStack(
  scope: ModelScope,
  part: 'encoder' | 'decoder',
  x: Value,
  config: AutoencoderConfig,
): Value {
  let y = x;
  for (let layer = 0; layer < config.residualLayers; layer++) {
    const name = `${part}.residual.${layer}`;
    const narrow = { ...RESIDUAL_KERNEL, outChannels: config.residualHidden };
    const inner = relu(convLayer(scope, `${name}.conv1`, relu(y), narrow));
    y = add(y, convLayer(scope, `${name}.conv2`, inner, { kernelSize: 1, outChannels: config.hidden }));
  }
  return relu(y);
}
