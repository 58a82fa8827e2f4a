import { deriveKey, normals, uniforms, type RandomKey } from '../engine/random.ts';

export type PhantomKind = 'benign' | 'malignant' | 'normal';

/** A drawn breast ultrasound image and the outline of its lesion, [H, W], 0 to 255. */
export interface Phantom {
  readonly image: Uint8Array;
  /** 255 inside the lesion; all 0 for `normal`. */
  readonly mask: Uint8Array;
}

/** Sampling points for each pixel and axis; speckle is finer than a pixel. */
const OVERSAMPLING = 2;

/** The echo that is just black, and the range from there to white. */
const FLOOR_DB = -33;
const RANGE_DB = 45;

/** Echo strength of tissues, relative to glandular tissue. */
const TISSUE_DB = { skin: 7, fat: -11, gland: 0, fascia: 8, muscle: -12 } as const;

/** Standard deviations of the beam, in sampling points: fine along it, coarse across. */
const BEAM_AXIAL = 0.8;
const BEAM_LATERAL = 1.7;

/**
 * Draws a B-mode image of a breast: skin, fat, gland and muscle in layers, fully developed speckle (random scatterers
 * seen through the beam, so that the envelope is Rayleigh distributed), attenuation with depth, log compression.
 *
 * Benign lesions are smooth dark ellipses, wider than tall, mostly with a bright zone behind them; malignant ones
 * are irregular, spiculated, taller, mostly with a shadow. Both vary enough to overlap, and normal tissue has fat
 * lobules that look like lesions: telling them apart should be possible, but not trivial.
 */
export function drawPhantom(key: RandomKey, kind: PhantomKind, size: number): Phantom {
  const points = size * OVERSAMPLING;
  const tissue = createTissue(deriveKey(key, 'tissue'));
  const lesion = kind === 'normal' ? undefined : createLesion(deriveKey(key, 'lesion'), kind);
  const strength = new Float64Array(points * points);
  const inside = new Float64Array(points * points);
  for (let row = 0; row < points; row++) {
    for (let column = 0; column < points; column++) {
      const x = (column + 0.5) / points;
      const depth = (row + 0.5) / points;
      const echo = lesion ? lesion(x, depth) : { decibel: 0, coverage: 0 };
      strength[row * points + column] = tissue(x, depth) + echo.decibel;
      inside[row * points + column] = echo.coverage;
    }
  }
  const brightness = compress(envelopeOf(strength, points, deriveKey(key, 'speckle')));
  return {
    image: Uint8Array.from(shrink(brightness, size), (value) => Math.round(255 * value)),
    mask: Uint8Array.from(shrink(inside, size), (value) => (value >= 0.5 ? 255 : 0)),
  };
}

/** Echo strength in decibels at a place; `x` across and `depth` along the beam, both from 0 to 1. */
type EchoMap = (x: number, depth: number) => number;

function createTissue(key: RandomKey): EchoMap {
  const [skin, fatEnd, glandEnd, attenuation, gain, tilt] = uniforms(deriveKey(key, 'layers'), 6);
  const skinDepth = 0.03 + 0.03 * skin;
  const fatCurve = wavyLine(deriveKey(key, 'fat'), 0.15 + 0.14 * fatEnd, 0.06);
  const glandCurve = wavyLine(deriveKey(key, 'gland'), 0.7 + 0.16 * glandEnd, 0.06);
  const coarse = smoothNoise(deriveKey(key, 'coarse'), 5);
  const fine = smoothNoise(deriveKey(key, 'fine'), 13);
  const strands = smoothNoise(deriveKey(key, 'strands'), 9);
  const lobules = createLobules(deriveKey(key, 'lobules'));
  return (x, depth) => {
    const loss = (4 + 9 * attenuation) * depth + 6 * (2 * x - 1) * (tilt - 0.5) + 4 * (2 * x - 1) ** 4;
    const texture = 12 * (coarse(x, depth) - 0.5) + 6 * (fine(x, depth) - 0.5);
    const fat = fatCurve(x);
    const gland = glandCurve(x);
    // Fascia are thin and bright where two layers meet; ligaments are bright strands through the fat.
    const fascia = TISSUE_DB.fascia * (0.6 * ridge(depth - fat, 0.012) + ridge(depth - gland, 0.014));
    const ligament = 9 * ridge(strands(x, 0.6 * depth) - 0.5, 0.035);
    const toGland = step(depth - fat, 0.012);
    const toMuscle = step(depth - gland, 0.012);
    const striation = 4 * Math.sin(90 * (depth - gland) + 4 * coarse(x, depth));
    const fatDb = TISSUE_DB.fat + ligament;
    const glandDb = TISSUE_DB.gland + lobules(x, depth);
    const muscleDb = TISSUE_DB.muscle + striation;
    const layered = fatDb + toGland * (glandDb - fatDb) + toMuscle * (muscleDb - glandDb);
    const skinDb = (TISSUE_DB.skin - layered) * (1 - step(depth - skinDepth, 0.006));
    return layered + skinDb + fascia + texture - loss + 4 * (gain - 0.5);
  };
}

/** Fat lobules inside the gland: dark ovals, without a shadow or a bright zone behind them. */
function createLobules(key: RandomKey): EchoMap {
  const lobules = [0, 1, 2, 3].map((index) => {
    const [present, x, depth, width, height, contrast] = uniforms(deriveKey(key, index), 6);
    return {
      x,
      depth: 0.3 + 0.4 * depth,
      width: 0.06 + 0.1 * width,
      height: 0.03 + 0.04 * height,
      decibel: present < 0.6 ? -4 - 8 * contrast : 0,
    };
  });
  return (x, depth) => {
    let decibel = 0;
    for (const lobule of lobules) {
      const radius = Math.hypot((x - lobule.x) / lobule.width, (depth - lobule.depth) / lobule.height);
      decibel += lobule.decibel * (1 - step(radius - 1, 0.25));
    }
    return decibel;
  };
}

interface LesionEcho {
  /** What the lesion adds to the tissue. */
  readonly decibel: number;
  /** 1 inside, 0 outside. */
  readonly coverage: number;
}

function createLesion(
  key: RandomKey,
  kind: 'benign' | 'malignant',
): (x: number, depth: number) => LesionEcho {
  const [acrossDraw, depthDraw, sizeDraw, shapeDraw, contrastDraw, behindDraw, rimDraw] = uniforms(key, 7);
  const isMalignant = kind === 'malignant';
  const centreX = 0.3 + 0.4 * acrossDraw;
  const centreDepth = 0.38 + 0.17 * depthDraw;
  const radius = 0.11 + 0.09 * sizeDraw;
  const heightOverWidth = isMalignant ? 0.75 + 0.5 * shapeDraw : 0.5 + 0.35 * shapeDraw;
  const outline = createOutline(deriveKey(key, 'outline'), isMalignant);
  const contrast = -(9 + 9 * contrastDraw);
  // Behind one lesion in six or so there is neither a shadow nor a bright zone.
  const behind = (isMalignant ? -17 : 10) * Math.max(0, 1.2 * behindDraw - 0.2);
  const rim = isMalignant ? 5 * rimDraw : 3 * rimDraw;
  const softness = isMalignant ? 0.1 : 0.05;
  const tilt = 0.5 * (uniforms(deriveKey(key, 'tilt'), 1)[0] - 0.5);
  return (x, depth) => {
    const dx = (x - centreX) / radius;
    const dy = (depth - centreDepth) / (radius * heightOverWidth);
    const edge = Math.hypot(dx, dy) - outline(Math.atan2(dy, dx) + tilt);
    const coverage = 1 - step(edge, softness);
    const halo = rim * ridge(edge - 0.12, 0.16) * (1 - coverage);
    const acrossFade = 1 - step(Math.abs(dx) - 0.75, 0.35);
    const depthFade = step(dy - 0.5, 0.25) * (isMalignant ? 1 : Math.exp(-Math.max(0, dy - 1) / 2));
    return {
      decibel: contrast * coverage + halo + behind * acrossFade * depthFade * (1 - 0.7 * coverage),
      coverage,
    };
  };
}

/** Distance from the centre to the edge by angle, around 1: lobed for benign lesions, jagged and spiked otherwise. */
function createOutline(key: RandomKey, isMalignant: boolean): (angle: number) => number {
  const phases = uniforms(deriveKey(key, 'phases'), 6, 0, 2 * Math.PI);
  const sizes = uniforms(deriveKey(key, 'sizes'), 6);
  if (!isMalignant) {
    return (angle) =>
      1 +
      0.07 * sizes[0] * Math.cos(2 * angle + phases[0]) +
      0.06 * sizes[1] * Math.cos(3 * angle + phases[1]);
  }
  const spikes = 7 + Math.floor(5 * sizes[2]);
  return (angle) => {
    const lobes = 0.16 * sizes[0] * Math.cos(2 * angle + phases[0]) + 0.16 * Math.cos(3 * angle + phases[1]);
    const jags = 0.12 * Math.cos(5 * angle + phases[2]) * sizes[1];
    const spike = Math.max(0, Math.cos(spikes * angle + phases[3] + 0.8 * Math.sin(angle + phases[4]))) ** 6;
    return 0.9 + lobes + jags + (0.2 + 0.4 * sizes[3]) * spike;
  };
}

/** The echo's envelope [points, points]: complex Gaussian scatterers of the given strength through a Gaussian beam. */
function envelopeOf(strengthDb: Float64Array, points: number, key: RandomKey): Float64Array {
  const parts = ['real', 'imaginary'].map((part) => {
    const scatterers = normals(deriveKey(key, part), points * points);
    const echoes = scatterers.map((value, index) => value * 10 ** (strengthDb[index] / 20));
    return blur(blur(echoes, points, BEAM_AXIAL, points), points, BEAM_LATERAL, 1);
  });
  return parts[0].map((real, index) => Math.hypot(real, parts[1][index]) / Math.SQRT2);
}

/** Log compression to [0, 1]. */
function compress(envelope: Float64Array): Float64Array {
  return envelope.map((value) => {
    const decibel = 20 * Math.log10(value + 1e-9);
    return Math.min(1, Math.max(0, (decibel - FLOOR_DB) / RANGE_DB));
  });
}

/** Convolution along one axis (`stride` is that axis's) with a Gaussian of unit energy, which keeps noise as loud. */
function blur(values: Float64Array, points: number, sigma: number, stride: number): Float64Array {
  const reach = Math.ceil(3 * sigma);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, tap) =>
    Math.exp(-0.5 * ((tap - reach) / sigma) ** 2),
  );
  const energy = Math.sqrt(kernel.reduce((sum, weight) => sum + weight * weight, 0));
  const blurred = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const position = Math.floor(index / stride) % points;
    let sum = 0;
    for (let tap = -reach; tap <= reach; tap++) {
      if (position + tap >= 0 && position + tap < points)
        sum += kernel[tap + reach] * values[index + tap * stride];
    }
    blurred[index] = sum / energy;
  }
  return blurred;
}

/** Mean of the sampling points of each pixel. */
function shrink(values: Float64Array, size: number): Float64Array {
  const points = size * OVERSAMPLING;
  const pixels = new Float64Array(size * size);
  values.forEach((value, index) => {
    const row = Math.floor(index / points / OVERSAMPLING);
    const column = Math.floor((index % points) / OVERSAMPLING);
    pixels[row * size + column] += value / OVERSAMPLING ** 2;
  });
  return pixels;
}

/** A line across the image around `level` that swings by about `swing`. */
function wavyLine(key: RandomKey, level: number, swing: number): (x: number) => number {
  const phases = uniforms(deriveKey(key, 'phases'), 3, 0, 2 * Math.PI);
  const sizes = uniforms(deriveKey(key, 'sizes'), 3, -1, 1);
  return (x) => {
    let depth = level;
    for (let wave = 0; wave < 3; wave++) {
      depth += (swing / (wave + 1)) * sizes[wave] * Math.sin(2 * Math.PI * (wave + 0.7) * x + phases[wave]);
    }
    return depth;
  };
}

/** Noise in [0, 1] that varies over a grid of `cells` x `cells`, smoothly interpolated. */
function smoothNoise(key: RandomKey, cells: number): EchoMap {
  const side = cells + 1;
  const grid = uniforms(key, side * side);
  return (x, y) => {
    const column = Math.min(cells - 1, Math.floor(x * cells));
    const row = Math.min(cells - 1, Math.floor(y * cells));
    const across = smoothstep(x * cells - column);
    const along = smoothstep(y * cells - row);
    const corner = row * side + column;
    const top = grid[corner] + across * (grid[corner + 1] - grid[corner]);
    const bottom = grid[corner + side] + across * (grid[corner + side + 1] - grid[corner + side]);
    return top + along * (bottom - top);
  };
}

/** From 0 to 1 as `value` passes 0, over about twice `width`. */
function step(value: number, width: number): number {
  return smoothstep(Math.min(1, Math.max(0, 0.5 + value / (2 * width))));
}

/** 1 where `value` is 0, falling to 0 over `width` to both sides. */
function ridge(value: number, width: number): number {
  return Math.exp(-0.5 * (value / width) ** 2);
}

function smoothstep(t: number): number {
  return t * t * (3 - 2 * t);
}
