import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { peakMemoryMb } from './memory.ts';
import { Peer } from './peer.ts';
import { PROGRAM_NAMES, prepareProgram, type ProgramName } from './programs.ts';

/** One program: our time, the peer's, and our throughput over the peer's. */
interface Row {
  readonly name: ProgramName;
  readonly oursMs: number;
  readonly peerMs: number | null;
  readonly ratio: number | null;
  readonly compileMs: number;
  readonly oursRunsMs: readonly number[];
  readonly peerRunsMs: readonly number[];
  readonly oursPeakMb: number | null;
  readonly peerPeakMb: number | null;
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    threads: { type: 'string', default: String(availableParallelism()) },
    only: { type: 'string' },
    memory: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const threads = Number(values.threads);
const names = PROGRAM_NAMES.filter((name) => values.only === undefined || values.only === name);
const say = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);

const peer = await Peer.start(threads);
if (!peer)
  say('No Python with torch was found (Debian: python3-torch), so there is no peer to compare with.');
else if (peer.blas === 'reference') {
  say(
    'Warning: torch uses the reference BLAS, so its linear layers are no fair peer (Debian: libopenblas0-openmp).',
  );
}
const rows: Row[] = [];
for (const name of names) rows.push(await measure(name));
peer?.stop();

if (values.json) {
  const peerFacts = peer ? { torch: peer.torch, blas: peer.blas } : null;
  process.stdout.write(
    `${JSON.stringify({ threads, rounds, node: process.version, peer: peerFacts, rows })}\n`,
  );
} else printTable();

/** Ours and the peer in turn, so that whatever else the machine does falls on both. */
async function measure(name: ProgramName): Promise<Row> {
  const program = await prepareProgram(name, threads);
  const ours: number[] = [];
  const theirs: number[] = [];
  // The first runs allocate and warm caches.
  for (let run = 0; run < 2; run++) await program.run();
  for (let round = 0; round < rounds; round++) {
    ours.push(await program.run());
    if (peer) theirs.push(await peer.run(name));
  }
  const oursMs = median(ours);
  const peerMs = peer ? median(theirs) : null;
  say(`${name}: ${oursMs.toFixed(0)} ms${peerMs === null ? '' : `, PyTorch ${peerMs.toFixed(0)} ms`}`);
  return {
    name,
    oursMs,
    peerMs,
    ratio: peerMs === null ? null : peerMs / oursMs,
    compileMs: program.compileMs,
    oursRunsMs: ours,
    peerRunsMs: theirs,
    oursPeakMb: values.memory ? ((await peakMemoryMb(name)) ?? null) : null,
    peerPeakMb: values.memory && peer ? await peer.peakMemoryMb(name) : null,
  };
}

function printTable(): void {
  const cells = rows.map((row) => [
    row.name,
    `${row.oursMs.toFixed(0)} ms`,
    row.peerMs === null ? '-' : `${row.peerMs.toFixed(0)} ms`,
    row.ratio === null ? '-' : row.ratio.toFixed(2),
    `${row.compileMs.toFixed(0)} ms`,
    row.oursPeakMb === null ? '-' : `${row.oursPeakMb.toFixed(0)} MiB`,
    row.peerPeakMb === null ? '-' : `${row.peerPeakMb.toFixed(0)} MiB`,
  ]);
  const table = [['program', 'ours', 'PyTorch', 'ratio', 'compile', 'peak, ours', 'peak, PyTorch'], ...cells];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table) {
    say(
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
        .join('  '),
    );
  }
}

function median(sample: readonly number[]): number {
  return [...sample].sort((a, b) => a - b)[Math.floor(sample.length / 2)];
}
