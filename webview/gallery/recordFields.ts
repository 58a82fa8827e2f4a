import type { SampleDetails } from '../../src/protocol/sampleTable.ts';
import type { ScoreDetails } from '../../src/protocol/scoreTable.ts';
import { formatLabel, formatNats, formatNatsChange, formatNumber, formatPercent } from './formatting.ts';

export interface RecordField {
  readonly name: string;
  readonly value: string;
  /** Hashes and paths: long, without places to break. */
  readonly isCode?: boolean;
}

export interface RecordGroup {
  readonly title: string;
  readonly fields: readonly RecordField[];
}

type Show = (value: unknown, classNames: readonly string[]) => string;

const nats: Show = (value) => (typeof value === 'number' ? formatNats(value) : plain(value));
const number: Show = (value) => (typeof value === 'number' ? formatNumber(value) : plain(value));
const percent: Show = (value) => (typeof value === 'number' ? formatPercent(value) : plain(value));
const label: Show = (value, classNames) => (isLabel(value) ? formatLabel(value, classNames) : plain(value));
const deviations: Show = (value) => `${plain(value)} standard deviations`;

type Groups = readonly {
  readonly title: string;
  readonly fields: Readonly<
    Record<string, { readonly name: string; readonly show?: Show; readonly isCode?: true }>
  >;
}[];

/** Every field of a record by its key in samples.jsonl; `parent.` leads into the parent. */
const SAMPLE_GROUPS: Groups = [
  {
    title: 'Uncertainty',
    fields: {
      miBefore: { name: 'MI before', show: nats },
      miAfter: { name: 'MI after', show: nats },
      entropyBefore: { name: 'Entropy before', show: nats },
      entropyAfter: { name: 'Entropy after', show: nats },
      numMcSamples: { name: 'Dropout masks' },
      maskSeed: { name: 'Seed of the masks' },
    },
  },
  {
    title: 'Label',
    fields: {
      label: { name: 'Label', show: label },
      predictedLabel: { name: 'Predicted', show: label },
    },
  },
  {
    title: 'Generation',
    fields: {
      method: { name: 'Method' },
      steps: { name: 'Latent steps' },
      latentLearningRate: { name: 'Latent learning rate' },
      noise: { name: 'Latent noise', show: deviations },
      latentDistance: { name: 'Latent distance', show: number },
      codesChanged: { name: 'Codes changed', show: percent },
    },
  },
  {
    title: 'Origin',
    fields: {
      id: { name: 'Sample', isCode: true },
      file: { name: 'File', isCode: true },
      'parent.file': { name: 'Source file', isCode: true },
      'parent.index': { name: 'Source index' },
      'parent.split': { name: 'Source split' },
      decoderSha256: { name: 'Decoder SHA-256', isCode: true },
      classifierSha256: { name: 'Classifier SHA-256', isCode: true },
    },
  },
];

/** Every field of a line of scores.jsonl by its key. */
const SCORE_GROUPS: Groups = [
  {
    title: 'Scores',
    fields: {
      mi: { name: 'MI', show: nats },
      entropy: { name: 'Entropy', show: nats },
      loss: { name: 'Loss', show: nats },
    },
  },
  {
    title: 'Label',
    fields: {
      label: { name: 'Label', show: label },
      predictedLabel: { name: 'Predicted', show: label },
    },
  },
  {
    title: 'Origin',
    fields: {
      id: { name: 'Image', isCode: true },
      split: { name: 'Split' },
      index: { name: 'Position in the split' },
      file: { name: 'File', isCode: true },
      duplicates: { name: 'Group of copies' },
    },
  },
];

/** The bars show these. */
const SHOWN_ELSEWHERE = new Set(['probsBefore', 'probsAfter', 'probs']);

/** All fields of a record, grouped and in words; those of a later version come last, as they stand in the file. */
export function describeRecord(
  { record }: Pick<SampleDetails, 'record'>,
  classNames: readonly string[],
): RecordGroup[] {
  const groups = describeFields(record, SAMPLE_GROUPS, classNames);
  const { miBefore, miAfter } = record;
  if (typeof miBefore === 'number' && typeof miAfter === 'number') {
    const gain = { name: 'MI gain', value: formatNatsChange(miAfter - miBefore) };
    groups[0].fields.splice(2, 0, gain);
  }
  return groups;
}

/** The same of a scored image. */
export function describeScore(
  { record }: Pick<ScoreDetails, 'record'>,
  classNames: readonly string[],
): RecordGroup[] {
  return describeFields(record, SCORE_GROUPS, classNames);
}

function describeFields(
  record: Readonly<Record<string, unknown>>,
  groups: Groups,
  classNames: readonly string[],
): { readonly title: string; readonly fields: RecordField[] }[] {
  const rest = new Map(flatten(record).filter(([key]) => !SHOWN_ELSEWHERE.has(key)));
  const known = groups.map(({ title, fields }) => ({
    title,
    fields: Object.entries(fields).flatMap(([key, { name, show, isCode }]): RecordField[] => {
      if (!rest.has(key)) return [];
      const value = rest.get(key);
      rest.delete(key);
      const field = { name, value: show ? show(value, classNames) : plain(value) };
      return [isCode ? { ...field, isCode } : field];
    }),
  }));
  const others = [...rest].map(([name, value]) => ({ name, value: plain(value), isCode: true }));
  return [...known, { title: 'Other', fields: others }].filter(({ fields }) => fields.length > 0);
}

/** Keys with their values; of the parent, its own. */
function flatten(record: Readonly<Record<string, unknown>>): (readonly [string, unknown])[] {
  return Object.entries(record).flatMap(([key, value]): (readonly [string, unknown])[] => {
    if (key !== 'parent' || typeof value !== 'object' || value === null) return [[key, value]];
    return Object.entries(value).map(([inner, innerValue]) => [`parent.${inner}`, innerValue] as const);
  });
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isLabel(value: unknown): value is number | (0 | 1)[] {
  return (
    typeof value === 'number' ||
    (Array.isArray(value) && value.every((part: unknown) => part === 0 || part === 1))
  );
}
