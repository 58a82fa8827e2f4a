import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as ort from 'onnxruntime-node';

import { Receipts } from '../../../../src/engine/devices/onnxRuntime/receipts.ts';
import { hostTensor, type SessionTensor } from '../../../../src/engine/devices/onnxRuntime/session.ts';
import { trace } from '../../../../src/engine/graph.ts';
import { mul } from '../../../../src/engine/ops/mul.ts';

type Feeds = Readonly<Record<string, ort.Tensor>>;

const numberOf = (tensor: ort.Tensor): number => Number(tensor.data[0]);
const read = (tensor: ort.Tensor): Promise<number> => Promise.resolve(numberOf(tensor));

/** A session that adds as the real ones do, but sees the stamp of the run before where the copy was dropped. */
class StaleSession {
  dropped = false;
  private seen = 0;

  run(feeds: Feeds): Promise<Record<string, SessionTensor>> {
    if (!this.dropped) this.seen = numberOf(feeds['%stamp']);
    const sum = numberOf(feeds['%tally']) + this.seen;
    const tally = new ort.Tensor('float32', Float32Array.of(sum), []);
    return Promise.resolve({ '%next-tally': hostTensor(tally) });
  }
}

test('runs that got their inputs are believed, however many there are', async () => {
  const [receipts, session] = [new Receipts(), new StaleSession()];
  await receipts.verify(read);
  for (let run = 0; run < 200; run++) {
    await receipts.run(session, {});
    if (run % 7 === 0) await receipts.verify(read);
  }
  await receipts.verify(read);
});

test('a run whose inputs did not arrive is found at the next reading, whatever came after it', async () => {
  for (const droppedRun of [1, 5, 31, 62]) {
    const [receipts, session] = [new Receipts(), new StaleSession()];
    for (let run = 0; run < 70; run++) {
      session.dropped = run === droppedRun;
      await receipts.run(session, {});
    }
    await assert.rejects(receipts.verify(read), { name: 'DeviceError', failure: 'lost' });
  }
});

test('a program hides what it has for the count', () => {
  const graph = trace((g) => ({ y: mul(g.input('x', [2]), 2) }));
  const counted = Receipts.addTo(graph);
  assert.deepEqual([...counted.inputs.keys()], ['x', '%tally', '%stamp']);
  const { inputs, outputs } = Receipts.hide(counted);
  assert.deepEqual([[...inputs.keys()], [...outputs.keys()]], [['x'], ['y']]);
  assert.deepEqual([...graph.inputs.keys()], ['x']);
});
