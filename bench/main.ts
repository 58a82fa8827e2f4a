import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { makeDevice } from '../src/jobs/devices/makeDevice.ts';
import { DEVICE_NAMES } from '../src/protocol/devices.ts';
import { compare, ratioTo, type Comparison } from './compare.ts';
import { peakMemoryMb } from './memory.ts';
import { Peer } from './peer.ts';
import { PROGRAM_NAMES, defaultBatch } from './programs.ts';
import { formatMs, textTable } from './textTable.ts';

/** Times our programs on one device and the same work in PyTorch on the processor, in turn; see bench/README.md. */
interface Row extends Comparison {
  readonly oursPeakMb: number | null;
  readonly peerPeakMb: number | null;
}

const PYTORCH = 'PyTorch';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    threads: { type: 'string', default: String(availableParallelism()) },
    only: { type: 'string' },
    batch: { type: 'string' },
    device: { type: 'string', default: 'cpu' },
    memory: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const threads = Number(values.threads);
const deviceName = DEVICE_NAMES.find((name) => name === values.device);
if (!deviceName) throw new Error(`--device takes one of ${DEVICE_NAMES.join(', ')}.`);
const only = values.only?.split(',');
const names = PROGRAM_NAMES.filter((name) => only === undefined || only.includes(name));
const batches = values.batch?.split(',').map(Number);
const say = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);

const device = await makeDevice(deviceName, { threads });
const peer = await Peer.start({ threads });
const peers = new Map(peer ? [[PYTORCH, peer] as const] : []);
if (!peer)
  say('No Python with torch was found (Debian: python3-torch), so there is no peer to compare with.');
else if (peer.facts.blas === 'reference') {
  say(
    'Warning: torch uses the reference BLAS, so its linear layers are no fair peer (Debian: libopenblas0-openmp).',
  );
}
const rows: Row[] = [];
for (const name of names) {
  for (const batchSize of batches ?? [defaultBatch(name)]) {
    const row = await compare(device, peers, { name, batchSize, rounds });
    const theirs = row.peers[PYTORCH];
    const inWords = theirs ? `, PyTorch ${formatMs(theirs.ms)}` : '';
    say(`${name}, batch ${batchSize}: ${formatMs(row.ours.ms)}${inWords}`);
    const isMemoryWanted = values.memory && deviceName === 'cpu';
    rows.push({
      ...row,
      oursPeakMb: isMemoryWanted ? ((await peakMemoryMb(name, batchSize, threads)) ?? null) : null,
      peerPeakMb: isMemoryWanted && peer ? await peer.peakMemoryMb(name, batchSize) : null,
    });
  }
}
peer?.stop();
await device.dispose();

if (values.json) {
  const facts = {
    device: device.description,
    threads,
    rounds,
    node: process.version,
    peer: peer?.facts ?? null,
  };
  process.stdout.write(`${JSON.stringify({ ...facts, rows })}\n`);
} else printTable();

function printTable(): void {
  const memory = (mb: number | null): string => orDash(mb, (known) => `${known.toFixed(0)} MiB`);
  const cells = rows.map((row) => [
    row.name,
    String(row.batchSize),
    formatMs(row.ours.ms),
    orDash(row.peers[PYTORCH]?.ms, formatMs),
    orDash(ratioTo(row, PYTORCH), (ratio) => ratio.toFixed(2)),
    formatMs(row.compileMs),
    memory(row.oursPeakMb),
    memory(row.peerPeakMb),
  ]);
  const head = ['program', 'batch', 'ours', 'PyTorch', 'ratio', 'compile', 'peak, ours', 'peak, PyTorch'];
  textTable([head, ...cells]).forEach(say);
}

function orDash(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? '-' : format(value);
}
