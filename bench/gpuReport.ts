import { ratioTo, type Comparison } from './compare.ts';
import type { DeviceResults, GpuReport, GpuResults } from './gpuReports.ts';
import type { PeerFacts } from './peer.ts';
import { formatMs } from './textTable.ts';

/** The results as Markdown: what ran where, the op suite, the times, and the experiment. */
export function gpuReport(results: GpuResults): string {
  const versions = Object.entries(results.versions).map(([name, version]) => `- ${name}: ${version}`);
  return [
    `# ${results.hardware}, ${results.date}`,
    '',
    `Written by \`bench/gpu.sh\`; medians of ${results.rounds} rounds, ratios are our throughput over PyTorch's.`,
    '',
    ...versions,
    '',
    '## Op suite',
    '',
    ...markdownTable(
      ['device', '', 'ops that agree with the reference', 'others'],
      results.devices.map(opsRow),
    ),
    '',
    ...results.devices.flatMap(deviceSection),
    '## The whole experiment',
    '',
    experimentLine(results.experiment),
    '',
  ].join('\n');
}

function opsRow({ name, reports, problem }: DeviceResults): string[] {
  const description = ofType(reports, 'device').at(0)?.description;
  const passed = ofType(reports, 'ops').at(0)?.passed;
  const failures = ofType(reports, 'opFailure').map(({ op, message }) => `${op}: ${message.split('\n')[0]}`);
  const unavailable = ofType(reports, 'unavailable').map(({ message }) => message);
  const others = [...unavailable, ...failures, ...(problem === undefined ? [] : [problem])];
  return [
    `\`${name}\``,
    description ?? 'did not start',
    passed === undefined ? '-' : String(passed),
    others.length === 0 ? 'none' : others.join('; '),
  ];
}

function deviceSection({ name, reports, problem }: DeviceResults): string[] {
  const rows = ofType(reports, 'row').map(({ row }) => row);
  const failures = ofType(reports, 'failure');
  if (rows.length === 0 && failures.length === 0) return [];
  const peers = ofType(reports, 'peer');
  const labels = peers.map(({ label }) => label);
  const head = ['program', 'batch', 'ours', ...labels.flatMap((label) => [label, 'ratio']), 'compile'];
  const cells = (row: Comparison): string[] => [
    `\`${row.name}\``,
    String(row.batchSize),
    formatMs(row.ours.ms),
    ...labels.flatMap((label) => {
      const peer = row.peers[label];
      return peer ? [formatMs(peer.ms), ratioTo(row, label)!.toFixed(2)] : ['failed', '-'];
    }),
    formatMs(row.compileMs),
  ];
  return [
    `## ${name}`,
    '',
    ...markdownTable(head, rows.map(cells)),
    '',
    ...peers.map(({ label, facts }) => `- ${label}: ${peerInWords(facts)}`),
    ...failures.map(
      ({ program, batchSize, message }) => `- ${program}, batch ${batchSize}, failed: ${message}`,
    ),
    ...(problem === undefined ? [] : [`- The device's process ${problem}`]),
    '',
  ];
}

function peerInWords({ torch, device, cuda, cudnn, threads }: PeerFacts): string {
  if (device === 'cpu') return `torch ${torch}, ${threads} threads`;
  return `torch ${torch}, CUDA ${cuda ?? 'unknown'}, cuDNN ${cudnn ?? 'unknown'}, on ${device}`;
}

function experimentLine(experiment: GpuResults['experiment']): string {
  if (!experiment) return 'Not begun.';
  if ('skipped' in experiment) return `Left out: ${experiment.skipped}`;
  const { file, device, seconds, exitCode } = experiment;
  const end = exitCode === 0 ? 'finished' : `ended with code ${exitCode ?? 'none'}`;
  return `\`${file}\` on \`${device}\` ${end} after ${(seconds / 60).toFixed(1)} minutes.`;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)];
}

function ofType<T extends GpuReport['type']>(
  reports: readonly GpuReport[],
  type: T,
): Extract<GpuReport, { type: T }>[] {
  return reports.filter((report): report is Extract<GpuReport, { type: T }> => report.type === type);
}
