/**
 * A process that runs the op suite on one device and then times programs on it, for bench/gpu.ts: `gpuDevice NAME
 * OPTIONS`, options as JSON. Writes one JSON line for each thing that is done, so that a crashing driver costs only what
 * was under way.
 */
import type { Device } from '../src/engine/devices/device.ts';
import { mul } from '../src/engine/ops/mul.ts';
import { floatTensor } from '../src/engine/tensor.ts';
import { DEVICE_NAMES } from '../src/protocol/devices.ts';
import { makeDevice } from '../src/jobs/devices/makeDevice.ts';
import { checkDevice, loadOpExamples } from '../test/support/opChecks.ts';
import { runOnce } from '../test/support/runGraph.ts';
import { compare } from './compare.ts';
import { gpuOptionsSchema, type GpuReport } from './gpuReports.ts';
import { Peer } from './peer.ts';

/** Graphics cards take other short cuts in exp, tanh and the like than processors do. */
const OP_TOLERANCE = 2e-5;

const name = DEVICE_NAMES.find((known) => known === process.argv[2])!;
const options = gpuOptionsSchema.parse(JSON.parse(process.argv[3] ?? '{}'));
const device = await startDevice();
report({ type: 'device', description: device.description });

let passed = 0;
for (const [op, examples] of await loadOpExamples()) {
  try {
    await checkDevice(device, examples, OP_TOLERANCE);
    passed++;
  } catch (error) {
    report({ type: 'opFailure', op, message: messageOf(error) });
  }
}
report({ type: 'ops', passed });

const peers = new Map<string, Peer>();
for (const { label, ...peerOptions } of options.peers) {
  const peer = await Peer.start({ threads: options.threads, ...peerOptions });
  if (!peer) continue;
  peers.set(label, peer);
  report({ type: 'peer', label, facts: peer.facts });
}
for (const batchSize of options.batches) {
  for (const program of options.programs) {
    if (options.deadline !== undefined && Date.now() > options.deadline) continue;
    report({ type: 'started', program, batchSize });
    try {
      const row = await compare(device, peers, { name: program, batchSize, rounds: options.rounds });
      report({ type: 'row', row });
    } catch (error) {
      report({ type: 'failure', program, batchSize, message: messageOf(error) });
    }
  }
}
for (const peer of peers.values()) peer.stop();
await device.dispose();

/** The device after a first small program; ends this process where it does not start. */
async function startDevice(): Promise<Device> {
  try {
    const started = await makeDevice(name, { threads: options.threads });
    await runOnce(started, (g) => ({ y: mul(g.input('x', [1]), 2) }), { x: floatTensor([1], 1) });
    return started;
  } catch (error) {
    report({ type: 'unavailable', message: messageOf(error) });
    process.exit();
  }
}

/** On a line of its own, whatever a native library writes. */
function report(line: GpuReport): void {
  process.stdout.write(`\n${JSON.stringify(line)}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
