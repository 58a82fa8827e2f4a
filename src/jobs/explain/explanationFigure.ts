import { CHANGE_THRESHOLD, METHOD_NAMES, type AdversarialChange } from '../../protocol/explanations.ts';
import type { Explanations, ExplainedImage, RunExplanation } from './explanations.ts';
import { drawFigure, type FigureCell } from './figure/figureSheet.ts';
import {
  absolutePicture,
  absoluteScale,
  imagePicture,
  overlayPicture,
  SALIENCY_SCALE,
} from './figure/mapPictures.ts';

/** Figure 2 of the paper: a row an image, saliency and change of each run side by side, on one scale. Gives a PNG file. */
export function drawExplanations(explanations: Explanations): Promise<Buffer> {
  const { runs, images, saliency, adversarial, differenceRange } = explanations;
  const letters = runs.length > 1 ? ['A', 'B'] : [''];
  const columns = [
    { title: 'Image', subtitle: `${explanations.imageSize} x ${explanations.imageSize}` },
    ...runs.map(({ run }, index) => ({ title: `Saliency ${letters[index]}`, subtitle: methodOf(run) })),
    ...(adversarial
      ? runs.map(({ run }, index) => ({ title: `|Change| ${letters[index]}`, subtitle: methodOf(run) }))
      : []),
  ];
  const { method, sign, layer } = saliency;
  return drawFigure({
    headings: [
      runs.length > 1 ? 'What two classifiers look at' : 'What a classifier looks at',
      ...runs.map(({ run }, index) => `${letters[index]} ${run.id}`.trim()),
      `${METHOD_NAMES[method]} (${sign}) of ${layer}; explained class: ${describeTarget(explanations)}` +
        (adversarial ? `; change: up to ${adversarial.steps} steps of ${adversarial.learningRate}` : ''),
    ],
    columns,
    rows: images.map((image) => ({
      title: image.title,
      subtitle: image.className ?? 'class not known',
      cells: cellsOf(image, explanations),
    })),
    bars: [
      { title: 'Saliency: share of the strongest evidence', scale: SALIENCY_SCALE, ends: ['0', '1'] },
      ...(adversarial
        ? [
            {
              title: 'Absolute change of the reconstruction: share of white',
              scale: absoluteScale(differenceRange),
              ends: ['0', String(differenceRange)] as const,
            },
          ]
        : []),
    ],
    notes: [
      'Below a saliency map: the explained class and its probability without dropout.',
      ...(adversarial
        ? [
            'Below a change: steps until another class is predicted, Euclidean norm, and share of the pixels changed by ' +
              `at least ${CHANGE_THRESHOLD} of white.`,
          ]
        : []),
      runs.length > 1 ? 'One colour scale for both runs.' : 'One colour scale for all images.',
    ],
  });
}

function cellsOf(
  image: ExplainedImage,
  { classNames, imageSize, differenceRange }: Explanations,
): FigureCell[] {
  const original = { values: image.original, channels: image.channels, side: imageSize };
  const saliencyOf = ({ saliency }: RunExplanation): FigureCell => ({
    picture: overlayPicture(original, saliency.values),
    captions: [`${classNames[saliency.facts.target]} ${saliency.facts.probability.toFixed(2)}`],
  });
  const changes = image.byRun.flatMap(({ adversarial }): FigureCell[] =>
    adversarial
      ? [
          {
            picture: absolutePicture(adversarial.difference, imageSize, differenceRange),
            captions: describeChange(adversarial.change),
          },
        ]
      : [],
  );
  return [{ picture: imagePicture(original), captions: [] }, ...image.byRun.map(saliencyOf), ...changes];
}

function describeChange({ flippedAt, probs, l2, area }: AdversarialChange): string[] {
  if (flippedAt === 0) return ['0 steps', 'lost in reconstruction'];
  const size = `L2 ${l2.toFixed(2)}, ${(100 * area).toFixed(1)} %`;
  return [flippedAt === undefined ? `kept, ${countOf(probs.length - 1)}` : countOf(flippedAt), size];
}

function countOf(steps: number): string {
  return steps === 1 ? '1 step' : `${steps} steps`;
}

function methodOf({ manifest }: RunExplanation['run']): string {
  const { method } = manifest.settings;
  return typeof method === 'string' ? method : '';
}

function describeTarget({ saliency: { target }, classNames }: Explanations): string {
  return typeof target === 'number' ? classNames[target] : target;
}
