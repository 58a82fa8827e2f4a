import type { ExperimentFile } from '../../protocol/experiment.ts';
import type { ReportRow } from '../../protocol/report.ts';
import { phaseLength } from '../trainingPhases.ts';
import { armOf, armSettings } from './armSettings.ts';

/** Steps come in whole epochs, so that equal numbers of them are only nearly equal. */
const NEARLY = 1.15;

/**
 * Sentences about arms that do not train equally long: what trains for more steps may be better for that alone, and
 * where validation images are asked more often, the best of their answers is more flattering.
 */
export function unequalTraining(file: ExperimentFile, rows: readonly ReportRow[]): string[] {
  const groups = new Map<string, ArmLength[]>();
  for (const row of rows) {
    const length = lengthOf(file, row);
    if (!length) continue;
    const key = JSON.stringify([row.dataset, row.fraction, row.architecture]);
    groups.set(key, [...(groups.get(key) ?? []), length]);
  }
  const unequal = [...groups].flatMap(([key, lengths]) => {
    const [place, text] = [JSON.parse(key) as [string, number, string], describeLengths(lengths)];
    return text === undefined ? [] : [{ place, text }];
  });
  if (unequal.length === 0) return [];
  const places = new Map<string, string[]>();
  for (const { place, text } of unequal) {
    const [dataset, fraction, architecture] = place;
    const name = `${dataset}, ${Number((100 * fraction).toPrecision(4))} %, ${architecture}`;
    places.set(text, [...(places.get(text) ?? []), name]);
  }
  const list = [...places].map(([text, names]) => `${text} (${names.join('; ')})`);
  return [`Arms do not train equally long, so that a difference may be one of training: ${list.join('; ')}.`];
}

interface ArmLength {
  readonly arm: string;
  /** Of the optimiser, over all parts. */
  readonly steps: number;
  /** Of the part whose best epoch is kept. */
  readonly epochs: number;
}

/** Undefined as long as the size of its training set is not known. */
function lengthOf(
  file: ExperimentFile,
  { arm, architecture, setup, trainedOn }: ReportRow,
): ArmLength | undefined {
  if (!trainedOn) return undefined;
  const { classifier } = armSettings(file, armOf(file, arm), architecture);
  const { real, synthetic } = trainedOn;
  const isFineTuned = setup.mix === 'real-then-synthetic' || setup.mix === 'synthetic-then-real';
  const parts = isFineTuned ? [real, synthetic] : [real + synthetic];
  if (setup.mix === 'synthetic-then-real') parts.reverse();
  const lengths = parts.map((images) => phaseLength(images, classifier));
  return {
    arm,
    steps: lengths.reduce((sum, { epochs, stepsPerEpoch }) => sum + epochs * stepsPerEpoch, 0),
    epochs: lengths.at(-1)!.epochs,
  };
}

/** Undefined where all are nearly alike. */
function describeLengths(lengths: readonly ArmLength[]): string | undefined {
  const differ = (of: 'steps' | 'epochs'): boolean => {
    const numbers = lengths.map((length) => length[of]);
    return Math.max(...numbers) > NEARLY * Math.min(...numbers);
  };
  const list = (of: 'steps' | 'epochs'): string =>
    lengths.map((length) => `${length.arm} ${length[of]}`).join(', ');
  const parts = [
    ...(differ('steps') ? [`steps of the optimiser: ${list('steps')}`] : []),
    ...(differ('epochs') ? [`epochs that the kept one was chosen from: ${list('epochs')}`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}
