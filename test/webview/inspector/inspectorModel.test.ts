import assert from 'node:assert/strict';
import test from 'node:test';
import type { Prediction } from '../../../src/protocol/computeApi.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import type { ImagePixels, ImageRef } from '../../../src/protocol/imageData.ts';
import type { InspectedImage } from '../../../src/protocol/inspectorApi.ts';
import type { ImageDescription } from '../../../src/protocol/libraryApi.ts';
import type { RunSummary } from '../../../src/protocol/runSummary.ts';
import {
  HOLD_MS,
  InspectorModel,
  SLOW_MS,
  type ImageState,
} from '../../../webview/inspector/inspectorModel.ts';
import { settle } from '../../protocol/memoryPipe.ts';
import { Draw } from '../../support/draw.ts';
import { FakeClock, FakeEditor } from './fakeEditor.ts';

// Answers carry the name of the image that they are about, so that a mix-up shows.

function inspected(name: string, more: Partial<InspectedImage> = {}): InspectedImage {
  const image = { kind: 'file', path: name } as const;
  return { image, title: name, location: name, canPredict: true, ...more };
}

function pixelsOf(name: string): ImagePixels {
  return { pixels: new Uint8Array(1), width: 1, height: 1, channels: 1, bitDepth: 8, format: name };
}

function run(folder: string): RunSummary {
  return { folder, id: folder, status: 'finished', isElsewhere: false, samples: 1 };
}

function descriptionOf(name: string, folders: readonly string[] = ['new', 'old']): ImageDescription {
  return { className: name, runs: folders.map(run) };
}

function predictionOf(name: string, folder: string): Prediction {
  const numbers = { predictiveEntropy: 0.2, mutualInformation: 0.1, numMcSamples: 20, resizedTo: 28 };
  return { run: folder, classNames: [name], probs: [1], ...numbers };
}

function nameOf(image: ImageRef): string {
  return image.kind === 'file' ? image.path : image.sampleId;
}

function setUp(options: { readonly run?: string } = {}) {
  const editor = new FakeEditor();
  const clock = new FakeClock();
  const states: ImageState[] = [];
  const model = new InspectorModel(editor.page, {
    onChange: () => {
      if (model.state.kind === 'image') states.push(model.state);
    },
    later: clock.later,
    ...options,
  });
  const shown = (): ImageState => {
    assert.equal(model.state.kind, 'image');
    return model.state;
  };
  return { editor, clock, model, states, shown };
}

/** Shows an image with all that is known of it but a prediction. */
async function showImage(
  { editor, model }: Pick<ReturnType<typeof setUp>, 'editor' | 'model'>,
  image: InspectedImage,
  description = descriptionOf(image.title),
): Promise<void> {
  model.follow(image);
  await settle();
  editor.take('inspector/pixels').answer(pixelsOf(image.title));
  editor.take('inspector/describe').answer(description);
  await settle();
}

test('the image that is active is loaded, described and shown to the newest run', async () => {
  const { editor, model, shown } = setUp();
  assert.equal(model.state.kind, 'starting');
  void model.start();
  await settle();
  editor.take('inspector/load').answer(inspected('a'));
  await settle();
  editor.take('inspector/pixels').answer(pixelsOf('a'));
  editor.take('inspector/describe').answer(descriptionOf('a'));
  await settle();
  const asked = editor.take('inspector/predict');
  assert.deepEqual(asked.params, { image: { kind: 'file', path: 'a' }, run: 'new' });
  assert.deepEqual(shown().prediction, { status: 'waiting', isSlow: false });
  asked.answer(predictionOf('a', 'new'));
  await settle();
  assert.deepEqual(shown().prediction, { status: 'ready', value: predictionOf('a', 'new') });
});

test('pixels are shown before anything else is known', async () => {
  const { editor, model, shown } = setUp();
  model.follow(inspected('a'));
  await settle();
  editor.take('inspector/pixels').answer(pixelsOf('a'));
  await settle();
  assert.equal(shown().pixels.status, 'ready');
  assert.equal(shown().description.status, 'waiting');
});

test('no active image is a state of its own', async () => {
  const { editor, model } = setUp();
  void model.start();
  await settle();
  editor.take('inspector/load').answer(null);
  await settle();
  assert.equal(model.state.kind, 'none');
});

test('an editor that cannot answer is shown, and asked again', async () => {
  const { editor, model } = setUp();
  void model.start();
  await settle();
  editor.take('inspector/load').fail(new TsyndError('process/exited', 'It ended.', { remedy: 'Try again.' }));
  await settle();
  assert.deepEqual(model.state, { kind: 'failed', failure: { message: 'It ended.', remedy: 'Try again.' } });
  model.retry();
  await settle();
  editor.take('inspector/load').answer(null);
  await settle();
  assert.equal(model.state.kind, 'none');
});

test('the first answer does not undo what the editor has said since', async () => {
  const { editor, model, clock, shown } = setUp();
  void model.start();
  await settle();
  model.follow(inspected('later'));
  editor.take('inspector/load').answer(inspected('earlier'));
  await settle();
  clock.pass(HOLD_MS);
  assert.equal(shown().inspected.title, 'later');
});

test('the last image stays for a moment, with its own numbers, until the next one is there', async () => {
  const page = setUp();
  const { editor, model, clock, shown } = page;
  await showImage(page, inspected('a'));
  editor.take('inspector/predict').answer(predictionOf('a', 'new'));
  await settle();
  model.follow(inspected('b'));
  await settle();
  assert.equal(shown().inspected.title, 'a');
  assert.equal(shown().prediction.status, 'ready');
  clock.pass(HOLD_MS);
  assert.equal(shown().inspected.title, 'b');
  assert.deepEqual(shown().prediction, { status: 'waiting', isSlow: false });
});

test('what was asked about the last image is cancelled', async () => {
  const page = setUp();
  const { editor, model } = page;
  await showImage(page, inspected('a'));
  const prediction = editor.take('inspector/predict');
  model.follow(inspected('b'));
  await settle();
  const pixels = editor.take('inspector/pixels');
  model.follow(null);
  await settle();
  assert.ok(prediction.signal.aborted);
  assert.ok(pixels.signal.aborted);
  assert.ok(editor.take('inspector/describe').signal.aborted);
  assert.equal(model.state.kind, 'none');
});

test('an unreadable image is shown with its reason, and no classifier is asked', async () => {
  const { editor, model, shown } = setUp();
  model.follow(inspected('a'));
  await settle();
  editor.take('inspector/pixels').fail(new TsyndError('image/unreadable', 'a ends too early.'));
  editor.take('inspector/describe').answer(descriptionOf('a'));
  await settle();
  assert.deepEqual(shown().pixels, {
    status: 'failed',
    failure: { message: 'a ends too early.', remedy: undefined },
  });
  assert.deepEqual(shown().prediction, { status: 'none', reason: 'noImage' });
  assert.deepEqual(editor.open, []);

  model.retry();
  await settle();
  editor.take('inspector/pixels').answer(pixelsOf('a'));
  await settle();
  assert.equal(shown().pixels.status, 'ready');
});

test('why there is no prediction: no trust, no runs, nothing known of the image', async () => {
  const page = setUp();
  const { editor, model, shown } = page;
  await showImage(page, inspected('a', { canPredict: false }));
  assert.deepEqual(shown().prediction, { status: 'none', reason: 'untrusted' });
  await showImage(page, inspected('b'), descriptionOf('b', []));
  assert.deepEqual(shown().prediction, { status: 'none', reason: 'noRuns' });
  model.follow(inspected('c'));
  await settle();
  editor.take('inspector/pixels').answer(pixelsOf('c'));
  editor.take('inspector/describe').fail(new TsyndError('run/corrupt', 'run.json is damaged.'));
  await settle();
  assert.deepEqual(shown().prediction, { status: 'none', reason: 'noDescription' });
  assert.deepEqual(editor.open, []);
});

test('a prediction that failed is asked for again', async () => {
  const page = setUp();
  const { editor, model, shown } = page;
  await showImage(page, inspected('a'));
  editor.take('inspector/predict').fail(new TsyndError('process/exited', 'It ended.'));
  await settle();
  assert.equal(shown().prediction.status, 'failed');
  model.retryPrediction();
  await settle();
  editor.take('inspector/predict').answer(predictionOf('a', 'new'));
  await settle();
  assert.equal(shown().prediction.status, 'ready');
});

test('a long wait for a prediction gets a word', async () => {
  const page = setUp();
  const { editor, clock, shown } = page;
  await showImage(page, inspected('a'));
  clock.pass(SLOW_MS);
  assert.deepEqual(shown().prediction, { status: 'waiting', isSlow: true });
  editor.take('inspector/predict').answer(predictionOf('a', 'new'));
  await settle();
  clock.pass(SLOW_MS);
  assert.equal(shown().prediction.status, 'ready');
});

test('another run takes the place of the one that is asked', async () => {
  const page = setUp();
  const { editor, model, shown } = page;
  await showImage(page, inspected('a'));
  const first = editor.take('inspector/predict');
  model.chooseRun('old');
  await settle();
  assert.ok(first.signal.aborted);
  first.answer(predictionOf('a', 'new'));
  await settle();
  assert.equal(shown().run?.folder, 'old');
  assert.equal(shown().prediction.status, 'waiting');
  assert.deepEqual(editor.take('inspector/chooseRun').params, { run: 'old' });
  editor.take('inspector/predict').answer(predictionOf('a', 'old'));
  await settle();
  assert.deepEqual(shown().prediction, { status: 'ready', value: predictionOf('a', 'old') });
});

test('the wish for a run: on this page, then what the editor remembers, then before, then the newest', async () => {
  const runs = ['newest', 'stored', 'remembered', 'clicked'];
  const page = setUp({ run: 'stored' });
  const { model, shown } = page;
  await showImage(page, inspected('a'), descriptionOf('a', runs));
  assert.equal(shown().run?.folder, 'stored');
  const remembered = inspected('b', { run: 'remembered' });
  await showImage(page, remembered, descriptionOf('b', runs));
  assert.equal(shown().run?.folder, 'remembered');
  model.chooseRun('clicked');
  await showImage(page, remembered, descriptionOf('b', runs));
  assert.equal(shown().run?.folder, 'clicked');
  await showImage(page, remembered, descriptionOf('b', ['of another dataset']));
  assert.equal(shown().run?.folder, 'of another dataset');
});

test('a run chosen while the image is still read is the one that is asked', async () => {
  const { editor, model, clock, shown } = setUp();
  model.follow(inspected('a'));
  clock.pass(HOLD_MS);
  await settle();
  editor.take('inspector/describe').answer(descriptionOf('a'));
  await settle();
  assert.equal(shown().run?.folder, 'new');
  model.chooseRun('old');
  assert.equal(shown().run?.folder, 'old');
  editor.take('inspector/pixels').answer(pixelsOf('a'));
  await settle();
  assert.equal(editor.take('inspector/predict').params.run, 'old');
});

test('a choice that the editor cannot remember still holds', async () => {
  const page = setUp();
  const { editor, model, shown } = page;
  await showImage(page, inspected('a'));
  model.chooseRun('old');
  await settle();
  editor.take('inspector/chooseRun').fail(new TsyndError('internal', 'No memory.'));
  await settle();
  assert.equal(shown().run?.folder, 'old');
});

test('whatever the order of events, no number stands beside another image or run', async () => {
  let predicted = 0;
  for (let round = 0; round < 20; round++) {
    const draw = new Draw(`inspector ${round}`);
    const { editor, model, clock, states } = setUp();
    for (let event = 0; event < 60; event++) {
      const kind = draw.integer(0, 15);
      if (kind === 1) model.follow(inspected(`image ${event}`));
      else if (kind === 2) model.follow(draw.integer(0, 3) === 0 ? null : inspected(`image ${event}`));
      else if (kind === 3) model.chooseRun(draw.pick(['new', 'old']));
      else if (kind === 4) clock.pass(draw.pick([HOLD_MS / 2, HOLD_MS, SLOW_MS]));
      else if (kind === 5) model.retryPrediction();
      else answerOne(editor, draw);
      await settle(draw.integer(0, 4));
    }
    for (let left = 0; left < 200 && editor.open.length > 0; left++) {
      answerOne(editor, draw);
      await settle(4);
    }
    clock.pass(HOLD_MS);
    for (const state of states) assertConsistent(state);
    predicted += states.filter(({ prediction }) => prediction.status === 'ready').length;
    if (model.state.kind === 'image') {
      assert.notEqual(model.state.pixels.status, 'waiting');
      assert.notEqual(model.state.prediction.status, 'waiting');
    }
  }
  // Otherwise the rounds would have proven nothing.
  assert.ok(predicted >= 20, `${predicted}`);
});

/** Answers any open request, rightly or with a failure. */
function answerOne({ open }: FakeEditor, draw: Draw): void {
  if (open.length === 0) return;
  const asked = open.splice(draw.integer(0, open.length - 1), 1)[0];
  if (draw.integer(0, 5) === 0) {
    asked.fail(new TsyndError('process/exited', JSON.stringify(asked.params)));
    return;
  }
  const params = asked.params as { readonly image?: ImageRef; readonly run?: string } | null;
  const name = params?.image ? nameOf(params.image) : '';
  if (asked.method === 'inspector/pixels') asked.answer(pixelsOf(name));
  else if (asked.method === 'inspector/describe') asked.answer(descriptionOf(name));
  else if (asked.method === 'inspector/predict') asked.answer(predictionOf(name, params?.run ?? ''));
  else asked.answer(null);
}

function assertConsistent({ inspected: { title }, pixels, description, run, prediction }: ImageState): void {
  if (pixels.status === 'ready') assert.equal(pixels.value.format, title);
  if (description.status === 'ready') assert.equal(description.value.className, title);
  if (prediction.status === 'ready') {
    assert.deepEqual([prediction.value.classNames, prediction.value.run], [[title], run?.folder]);
  }
  if (prediction.status === 'failed') {
    const { image, run: folder } = JSON.parse(prediction.failure.message) as { image: ImageRef; run: string };
    assert.deepEqual([nameOf(image), folder], [title, run?.folder]);
  }
}
