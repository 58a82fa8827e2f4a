/**
 * Tries and times every device of a machine, and runs a whole experiment on the fastest one: see bench/gpu.sh, which starts
 * it, and bench/README.md. Results are written as they come, so that what was found survives a stop.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { machineFacts } from '../src/jobs/devices/machineFacts.ts';
import { nvidiaDriver } from '../src/jobs/devices/nvidiaDriver.ts';
import { platformDevices } from '../src/jobs/devices/platformDevices.ts';
import { DEVICE_NAMES, type DeviceName } from '../src/protocol/devices.ts';
import { gpuReport } from './gpuReport.ts';
import type { DeviceResults, ExperimentResult, GpuOptions, GpuResults } from './gpuReports.ts';
import { runGpuDevice } from './runGpuDevice.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const EXPERIMENT = path.join(ROOT, 'experiments/table1-breastmnist.yaml');
/** Of the machine's facts, those that a reader needs to place the numbers. */
const SHOWN_FACTS = ['tsynd', 'onnxruntime', 'node', 'processor', 'processors', 'threads', 'nvidia'];

const { values } = parseArgs({
  options: {
    devices: { type: 'string' },
    batch: { type: 'string', default: '64,128,512' },
    rounds: { type: 'string', default: '20' },
    threads: { type: 'string', default: String(availableParallelism()) },
    minutes: { type: 'string' },
    quick: { type: 'boolean', default: false },
    'skip-experiment': { type: 'boolean', default: false },
    data: { type: 'string' },
    experiment: { type: 'string', default: EXPERIMENT },
    out: { type: 'string', default: path.join(ROOT, 'bench/results') },
  },
});
const deadline = values.minutes === undefined ? undefined : Date.now() + Number(values.minutes) * 60_000;
const driver = await nvidiaDriver();
const facts = await machineFacts(Number(values.threads));
const rounds = values.quick ? 1 : Number(values.rounds);
const names = chosenDevices(values.devices);
const results: GpuResults = {
  date: new Date().toISOString().slice(0, 10),
  hardware: await hardwareName(names),
  versions: Object.fromEntries(SHOWN_FACTS.flatMap((name) => (name in facts ? [[name, facts[name]]] : []))),
  rounds,
  devices: [],
};
const file = path.join(
  values.out,
  `${results.date}-${slugOf(results.hardware)}${values.quick ? '-quick' : ''}`,
);

for (const name of names) {
  const device: DeviceResults = { name, reports: [] };
  results.devices.push(device);
  await runGpuDevice(device, optionsFor(name), (report) => {
    const message = report.type === 'started' ? `${report.program}, batch ${report.batchSize}` : report.type;
    process.stderr.write(`${name}: ${message}\n`);
    write();
  });
  write();
}
results.experiment = await wholeExperiment();
write();
process.stdout.write(`${file}.md\n`);

function chosenDevices(list: string | undefined): readonly DeviceName[] {
  if (list === undefined) return platformDevices();
  return list.split(',').map((given) => {
    const name = DEVICE_NAMES.find((known) => known === given);
    if (!name) throw new Error(`--devices takes names out of ${DEVICE_NAMES.join(', ')}, not '${given}'.`);
    return name;
  });
}

function optionsFor(name: DeviceName): GpuOptions {
  const hasCuda = name !== 'cpu' && driver !== undefined;
  return {
    threads: Number(values.threads),
    programs: [
      'trainingStep',
      'latentStep',
      'autoencoderStep',
      ...(values.quick ? [] : ['tsyndIteration' as const]),
    ],
    batches: values.quick ? [8] : values.batch.split(',').map(Number),
    rounds,
    peers: hasCuda
      ? [
          { label: 'PyTorch, float32', device: 'cuda', tf32: false },
          { label: 'PyTorch, TF32', device: 'cuda', tf32: true },
        ]
      : [{ label: 'PyTorch', device: 'cpu', tf32: false }],
    ...(deadline === undefined ? {} : { deadline }),
  };
}

/** Table 1, or the file that was named, on the device that took the shortest training steps. */
async function wholeExperiment(): Promise<NonNullable<GpuResults['experiment']>> {
  const isAsked = !values.quick || values.experiment !== EXPERIMENT;
  if (values['skip-experiment'] || !isAsked) return { skipped: 'not asked for' };
  if (values.data === undefined) return { skipped: '--data names no folder with breastmnist.npz' };
  if (deadline !== undefined && Date.now() > deadline) return { skipped: 'the time was used up' };
  const device = fastest(results.devices);
  if (device === undefined) return { skipped: 'no device took a training step' };
  const startedAt = performance.now();
  const exitCode = await runExperiment(device, values.data);
  const seconds = (performance.now() - startedAt) / 1000;
  return { file: path.basename(values.experiment), device, seconds, exitCode } satisfies ExperimentResult;
}

function runExperiment(device: string, data: string): Promise<number | null> {
  const args = [path.join(ROOT, 'dist/cli.mjs'), 'experiment', values.experiment];
  const child = spawn(
    process.execPath,
    [...args, '--data', data, '--device', device, '--out', `${file}-experiment`],
    { stdio: ['ignore', 2, 2] },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

function fastest(devices: readonly DeviceResults[]): string | undefined {
  const times = devices.flatMap(({ name, reports }) =>
    reports.flatMap((report) =>
      report.type === 'row' && report.row.name === 'trainingStep' ? [{ name, ms: report.row.ours.ms }] : [],
    ),
  );
  return times.sort((a, b) => a.ms - b.ms)[0]?.name;
}

function write(): void {
  mkdirSync(values.out, { recursive: true });
  writeFileSync(`${file}.json`, `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(`${file}.md`, gpuReport(results));
}

/** The card as nvidia-smi names it, or else the processor. */
async function hardwareName(devices: readonly DeviceName[]): Promise<string> {
  const processor = cpus()[0]?.model.trim() ?? process.arch;
  if (devices.every((name) => name === 'cpu')) return processor;
  return (await nvidiaCard()) ?? processor;
}

function nvidiaCard(): Promise<string | undefined> {
  const child = spawn('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('close', () => resolve(output.split('\n')[0].trim() || undefined));
  });
}

function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
