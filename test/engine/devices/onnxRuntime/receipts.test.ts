import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as ort from 'onnxruntime-node';

import { Receipts } from '../../../../src/engine/devices/onnxRuntime/receipts.ts';
import { hostTensor, type SessionTensor } from '../../../../src/engine/devices/onnxRuntime/session.ts';
import { uploadFeeds, uploadModel } from '../../../../src/engine/devices/onnxRuntime/uploadModel.ts';
import { boolTensor, floatTensor, intTensor, type TensorData } from '../../../../src/engine/tensor.ts';

type Feeds = Readonly<Record<string, ort.Tensor>>;

const tensor = floatTensor([3], [1, 2, 3]);
const read = (tally: ort.Tensor): Promise<number> => Promise.resolve(Number(tally.data[0]));

/** A session that unpacks as the real ones do, but sees what came before where the copy was dropped. */
class StaleSession {
  dropped = false;
  private buffer: ort.Tensor | undefined;

  run(feeds: Feeds): Promise<Record<string, SessionTensor>> {
    if (!this.dropped || !this.buffer) this.buffer = feeds.packed;
    const stamp = Number(this.buffer.data[this.buffer.size - 1]);
    const sum = Number(feeds.tally.data[0]) + stamp;
    const nextTally = hostTensor(new ort.Tensor('float32', Float32Array.of(sum), []));
    return Promise.resolve({ tensor: hostTensor(this.buffer), nextTally });
  }
}

test('uploads that arrived are believed, however many there are', async () => {
  const [receipts, session] = [new Receipts(), new StaleSession()];
  await receipts.verify(read);
  for (let upload = 0; upload < 3000; upload++) {
    await receipts.upload(session, tensor);
    if (upload % 700 === 0) await receipts.verify(read);
  }
  await receipts.verify(read);
  assert.equal(receipts.isFull, false);
});

test('an upload that did not arrive is found at the next reading, whatever came after it', async () => {
  for (const droppedUpload of [1, 5, 30, 68]) {
    const [receipts, session] = [new Receipts(), new StaleSession()];
    for (let upload = 0; upload < 70; upload++) {
      session.dropped = upload === droppedUpload;
      await receipts.upload(session, tensor);
    }
    await assert.rejects(receipts.verify(read), { name: 'DeviceError', failure: 'lost' });
  }
});

test('the program of uploads gives back tensors of every type and shape, and adds the stamp', async () => {
  const tensors = [
    floatTensor([2, 3], [1, -2.5, 0, 1e-30, 3e30, 7]),
    floatTensor([], [4]),
    floatTensor([0, 3], []),
    floatTensor([3, 0], []),
    intTensor([3], [-1, 0, 2 ** 31 - 1]),
    boolTensor([4], [true, false, false, true]),
  ];
  for (const host of tensors) {
    const session = await ort.InferenceSession.create(uploadModel(host.dtype), { logSeverityLevel: 3 });
    const tally = new ort.Tensor('float32', Float32Array.of(40), []);
    const results = await session.run({ ...uploadFeeds(host, 2), tally });
    assert.deepEqual([results.tensor.type, results.tensor.dims], [host.dtype, host.shape]);
    assert.deepEqual(Array.from(results.tensor.data as TensorData), Array.from(host.data));
    assert.equal(await read(results.nextTally), 42);
    await session.release();
  }
});
