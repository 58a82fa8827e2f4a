import type { Report } from '../../protocol/report.ts';
import { ARCHITECTURE_NAMES } from '../words/names.ts';
import { formatHours, formatScore, formatShare, NONE } from '../words/numbers.ts';
import type { Cell, Table } from './table.ts';

export function datasetTable({ datasets }: Report): Table {
  return {
    title: 'Datasets',
    notes: ['The majority rate is that of the test images: what an accuracy must beat.'],
    columns: [
      { label: 'dataset' },
      { label: 'task' },
      { label: 'classes', isNumber: true },
      { label: 'size', isNumber: true },
      { label: 'train', isNumber: true },
      { label: 'val', isNumber: true },
      { label: 'test', isNumber: true },
      { label: 'majority rate', isNumber: true },
      { label: 'majority class' },
      { label: 'SHA-256' },
    ],
    headers: 1,
    rows: datasets.map(
      ({ name, task, classNames, imageSize, counts, majorityRate, majorityClass, sha256 }) => [
        name,
        task,
        String(classNames.length),
        `${imageSize} × ${imageSize}`,
        ...[counts.train, counts.val, counts.test].map(String),
        `${formatScore('accuracy', majorityRate)} %`,
        majorityClass,
        sha256.slice(0, 16),
      ],
    ),
  };
}

/** Every cell of the grid: what became of it, and how long it took. */
export function cellTable({ rows }: Report): Table {
  return {
    title: 'Cells of the grid',
    notes: [],
    columns: [
      { label: 'cell' },
      { label: 'dataset' },
      { label: 'labels seen' },
      { label: 'architecture' },
      { label: 'arm' },
      { label: 'seed', isNumber: true },
      { label: 'state' },
      { label: 'time', isNumber: true },
      { label: 'kept epoch', isNumber: true },
      { label: 'remark', isProse: true },
    ],
    headers: 1,
    rows: rows.flatMap((row) =>
      row.cells.map(({ id, seed, status, seconds, error }): Cell[] => [
        { text: id, run: status === 'missing' ? undefined : id },
        row.dataset,
        formatShare(row.fraction),
        ARCHITECTURE_NAMES[row.architecture],
        row.arm,
        String(seed),
        status,
        seconds > 0 ? formatHours(seconds / 3600) : NONE,
        String(row.curves.find((curve) => curve.seed === seed)?.bestEpoch ?? NONE),
        error ?? '',
      ]),
    ),
  };
}

/** What decides the bytes of each arm, beside the file. */
export function armTable(report: Report): Table {
  const arms = new Map(report.rows.map((row) => [row.arm, row]));
  const hasHalf = report.rows.some(({ setup }) => setup.precision !== undefined);
  return {
    title: 'Arms',
    notes: ['The first arm is what the others are compared with.'],
    columns: [
      { label: 'arm' },
      { label: 'method' },
      { label: 'training set' },
      { label: 'pool' },
      { label: 'starts from' },
      { label: 'recipe' },
      { label: 'dropout', isNumber: true },
      { label: 'validation images' },
      { label: 'autoencoder sees' },
      ...(hasHalf ? [{ label: 'precision' }] : []),
    ],
    headers: 1,
    rows: [...arms.values()].map(({ arm, setup }) => [
      arm,
      setup.method,
      setup.mix,
      setup.pool ?? NONE,
      setup.pretrained ?? 'scratch',
      setup.recipe,
      String(setup.dropout),
      setup.validation === 'full' ? 'all' : 'the same fraction',
      setup.autoencoderData ?? NONE,
      ...(hasHalf ? [setup.precision ?? 'float32'] : []),
    ]),
  };
}

/** `device`, `seeds` and so on, with what they were. */
export function settingsFacts(report: Report): readonly (readonly [string, string])[] {
  const { seeds, versions, device, hours, createdAt, reportedAt } = report;
  const cells = report.rows.flatMap((row) => row.cells);
  const finished = cells.filter(({ status }) => status === 'finished').length;
  return [
    ['Cells', `${finished} of ${cells.length} finished`],
    ['Seeds', seeds.join(', ')],
    ['Hours', formatHours(hours)],
    ['Device', device],
    ['Versions', `TSynD ${versions.tsynd}, Node ${versions.node}, ONNX Runtime ${versions.onnxruntime}`],
    ['Begun', formatTime(createdAt)],
    ['Reported', formatTime(reportedAt)],
  ];
}

/** ISO 8601 to the minute: `2026-01-02 03:04 UTC`. */
function formatTime(time: string): string {
  return time.replace(/^(\S+)T(\d\d:\d\d).*Z$/, '$1 $2 UTC');
}
