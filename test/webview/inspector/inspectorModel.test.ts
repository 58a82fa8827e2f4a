import assert from 'node:assert/strict';
import test from 'node:test';
import type { Prediction } from '../../../src/protocol/computeApi.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import {
  DEFAULT_ADVERSARIAL,
  DEFAULT_SALIENCY,
  type AdversarialExplanation,
  type MapBatch,
  type MapRequest,
} from '../../../src/protocol/explanations.ts';
import type { ImagePixels, ImageRef } from '../../../src/protocol/imageData.ts';
import type { InspectedImage } from '../../../src/protocol/inspectorApi.ts';
import type { ImageDescription } from '../../../src/protocol/libraryApi.ts';
import type { RunSummary } from '../../../src/protocol/runSummary.ts';
import { HOLD_MS, InspectorModel } from '../../../webview/inspector/inspectorModel.ts';
import type { ImageState } from '../../../webview/inspector/inspectorState.ts';
import { SLOW_MS } from '../../../webview/shared/loadable.ts';
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

const SALIENCY: MapRequest = { kind: 'saliency', choices: DEFAULT_SALIENCY };
const ADVERSARIAL: MapRequest = { kind: 'adversarial', choices: DEFAULT_ADVERSARIAL };

/** Two numbers that tell image and run. */
function signature(name: string, folder: string): readonly [number, number] {
  return [Buffer.from(name).reduce((sum, byte) => 31 * sum + byte, 7), folder === 'new' ? 0.25 : 0.5];
}

function mapsOf(name: string, folder: string): MapBatch {
  const [target, probability] = signature(name, folder);
  const facts = [{ target, probability }];
  return { values: Float32Array.of(1), width: 1, height: 1, found: [0], facts, missing: [] };
}

function adversarialOf(name: string, folder: string): AdversarialExplanation {
  const [target, probability] = signature(name, folder);
  const picture = Float32Array.of(0.5);
  const change = { probs: [0.9, 0.4], flippedAt: 1, l2: 0.2, area: 0.1 };
  const pictures = { original: picture, reconstruction: picture, adversarial: picture };
  return { target, probability, change, channels: 1, width: 1, height: 1, ...pictures };
}

function nameOf(image: ImageRef): string {
  return image.kind === 'file' ? image.path : JSON.stringify(image);
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

test('an image that is closed before the next one is opened stays until that one is there', async () => {
  const page = setUp();
  const { editor, model, clock, shown } = page;
  await showImage(page, inspected('a'));
  model.follow(null);
  assert.equal(shown().inspected.title, 'a');
  model.follow(inspected('b'));
  await settle();
  editor.take('inspector/pixels').answer(pixelsOf('b'));
  await settle();
  assert.equal(shown().inspected.title, 'b');
  clock.pass(HOLD_MS);
  assert.equal(shown().inspected.title, 'b');
});

test('what was asked about the last image is cancelled', async () => {
  const page = setUp();
  const { editor, model, clock } = page;
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
  clock.pass(HOLD_MS);
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

/** Shows an image whose runs are known already, with maps wished for. */
async function setUpExplained(request: MapRequest) {
  const page = setUp();
  await showImage(page, inspected('a'));
  page.editor.take('inspector/predict').answer(predictionOf('a', 'new'));
  page.model.explain(request);
  await settle();
  return page;
}

function explanationsOf({ maps }: ImageState) {
  return maps?.status === 'asked'
    ? maps.runs.map(({ run, explanation }) => [run.folder, explanation.status])
    : maps;
}

test('a saliency map of the next image is asked for before anything else is known of it', async () => {
  const { editor, model, shown, clock } = await setUpExplained(SALIENCY);
  editor.take('inspector/maps').answer(mapsOf('a', 'new'));
  await settle();
  assert.deepEqual(explanationsOf(shown()), [['new', 'ready']]);

  model.follow(inspected('b'));
  await settle();
  const asked = editor.take('inspector/maps');
  assert.deepEqual(asked.params, { image: { kind: 'file', path: 'b' }, run: 'new', request: SALIENCY });
  editor.take('inspector/pixels').answer(pixelsOf('b'));
  await settle();
  // The picture waits for its map, and the one before keeps its own.
  assert.equal(shown().inspected.title, 'a');
  assert.deepEqual(explanationsOf(shown()), [['new', 'ready']]);
  asked.answer(mapsOf('b', 'new'));
  await settle();
  assert.equal(shown().inspected.title, 'b');
  assert.deepEqual(explanationsOf(shown()), [['new', 'ready']]);
  editor.take('inspector/describe').answer(descriptionOf('b'));
  await settle();
  assert.ok(!editor.open.some(({ method }) => method === 'inspector/maps'));

  // A map that takes its time is not waited for.
  model.follow(inspected('c'));
  await settle();
  editor.take('inspector/pixels').answer(pixelsOf('c'));
  await settle();
  clock.pass(HOLD_MS);
  assert.equal(shown().inspected.title, 'c');
  assert.deepEqual(explanationsOf(shown()), [['new', 'waiting']]);
});

test('a map by a run that turns out not to be the image’s is dropped', async () => {
  const { editor, model, shown, clock } = await setUpExplained(SALIENCY);
  editor.take('inspector/maps').answer(mapsOf('a', 'new'));
  model.follow(inspected('b'));
  await settle();
  const early = editor.take('inspector/maps');
  editor.take('inspector/describe').answer(descriptionOf('b', ['old']));
  await settle();
  assert.ok(early.signal.aborted);
  const rightful = editor.take('inspector/maps');
  assert.equal(rightful.params.run, 'old');
  clock.pass(HOLD_MS);
  early.answer(mapsOf('b', 'new'));
  await settle();
  assert.deepEqual(explanationsOf(shown()), [['old', 'waiting']]);
  rightful.answer(mapsOf('b', 'old'));
  await settle();
  assert.deepEqual(explanationsOf(shown()), [['old', 'ready']]);
});

test('a search for a change lets the prediction go first', async () => {
  const { editor, model } = await setUpExplained(ADVERSARIAL);
  editor.take('inspector/adversarial').answer(adversarialOf('a', 'new'));
  model.follow(inspected('b'));
  await settle();
  editor.take('inspector/pixels').answer(pixelsOf('b'));
  assert.deepEqual(
    editor.open.map(({ method }) => method),
    ['inspector/describe'],
  );
  editor.take('inspector/describe').answer(descriptionOf('b'));
  await settle();
  assert.deepEqual(
    editor.open.map(({ method }) => method),
    ['inspector/predict', 'inspector/adversarial'],
  );
});

test('a second run’s maps stand beside the first one’s, in one order', async () => {
  const { editor, model, shown } = await setUpExplained(SALIENCY);
  editor.take('inspector/maps').answer(mapsOf('a', 'new'));
  model.compareWith('old');
  await settle();
  assert.deepEqual(editor.take('inspector/compareWith').params, { run: 'old' });
  assert.deepEqual(explanationsOf(shown()), [
    ['new', 'ready'],
    ['old', 'waiting'],
  ]);
  editor.take('inspector/maps').answer(mapsOf('a', 'old'));
  await settle();
  assert.equal(shown().against?.folder, 'old');
  model.compareWith(null);
  await settle();
  assert.deepEqual(explanationsOf(shown()), [['new', 'ready']]);
  // What was there is not asked for again.
  model.compareWith('old');
  await settle();
  assert.deepEqual(explanationsOf(shown()), [
    ['new', 'ready'],
    ['old', 'ready'],
  ]);
});

test('the editor is told which maps each image needs, where they are a matter of milliseconds', async () => {
  const { editor, model } = await setUpExplained(SALIENCY);
  assert.deepEqual(editor.take('inspector/expect').params, { maps: [{ run: 'new', request: SALIENCY }] });
  editor.take('inspector/maps').answer(mapsOf('a', 'new'));
  model.compareWith('old');
  await settle();
  assert.deepEqual(editor.take('inspector/expect').params, {
    maps: [
      { run: 'new', comparedWith: 'old', request: SALIENCY },
      { run: 'old', comparedWith: 'new', request: SALIENCY },
    ],
  });
  model.explain(ADVERSARIAL);
  await settle();
  assert.deepEqual(editor.take('inspector/expect').params, { maps: [] });
  model.explain(undefined);
  await settle();
  assert.ok(!editor.open.some(({ method }) => method === 'inspector/expect'));
});

test('both of two runs are told which one they stand beside', async () => {
  const { editor, model } = await setUpExplained(SALIENCY);
  editor.take('inspector/maps').answer(mapsOf('a', 'new'));
  model.compareWith('old');
  await settle();
  const asked = editor.take('inspector/maps').params;
  assert.deepEqual([asked.run, asked.comparedWith], ['old', 'new']);
  // The saliency of the first one is the same whatever stands beside it.
  assert.ok(!editor.open.some(({ method }) => method === 'inspector/maps'));

  model.explain(ADVERSARIAL);
  await settle();
  const pairs = [editor.take('inspector/adversarial'), editor.take('inspector/adversarial')].map(
    ({ params }) => [params.run, params.comparedWith],
  );
  assert.deepEqual(pairs, [
    ['new', 'old'],
    ['old', 'new'],
  ]);
});

test('a change that was searched for one run alone is searched again when another one stands beside it', async () => {
  const { editor, model, shown } = await setUpExplained(ADVERSARIAL);
  const alone = editor.take('inspector/adversarial');
  assert.ok(!('comparedWith' in alone.params));
  alone.answer(adversarialOf('a', 'new'));
  await settle();
  model.compareWith('old');
  await settle();
  assert.deepEqual(explanationsOf(shown()), [
    ['new', 'waiting'],
    ['old', 'waiting'],
  ]);
  editor.take('inspector/adversarial').answer(adversarialOf('a', 'new'));
  editor.take('inspector/adversarial').answer(adversarialOf('a', 'old'));
  await settle();
  model.compareWith(null);
  await settle();
  assert.deepEqual(explanationsOf(shown()), [['new', 'ready']]);
  assert.ok(!editor.open.some(({ method }) => method === 'inspector/adversarial'));
});

test('a choice that is taken back cancels what is under way', async () => {
  const { editor, model, shown } = await setUpExplained(SALIENCY);
  const first = editor.take('inspector/maps');
  model.explain({ ...SALIENCY, choices: { ...DEFAULT_SALIENCY, layer: 'layer3' } });
  await settle();
  assert.ok(first.signal.aborted);
  const second = editor.take('inspector/maps');
  model.explain(undefined);
  await settle();
  assert.ok(second.signal.aborted);
  assert.equal(shown().maps, undefined);
});

test('a map that cannot be had says why, and is asked for again', async () => {
  const { editor, model, shown } = await setUpExplained(SALIENCY);
  const missing = [{ index: 0, reason: 'It is too small.' }];
  editor
    .take('inspector/maps')
    .answer({ ...mapsOf('a', 'new'), values: new Float32Array(0), found: [], facts: [], missing });
  await settle();
  const { maps } = shown();
  assert.ok(maps?.status === 'asked');
  const [{ explanation }] = maps.runs;
  assert.ok(explanation.status === 'failed');
  assert.equal(explanation.failure.message, 'It is too small.');
  model.retryMaps();
  await settle();
  editor.take('inspector/maps').answer(mapsOf('a', 'new'));
  await settle();
  assert.deepEqual(explanationsOf(shown()), [['new', 'ready']]);
});

test('no map is asked for where no model may be loaded, and the reason is there', async () => {
  const { editor, model, shown, clock } = setUp();
  model.explain(SALIENCY);
  model.follow(inspected('a', { canPredict: false }));
  await settle();
  editor.take('inspector/pixels').answer(pixelsOf('a'));
  editor.take('inspector/describe').answer(descriptionOf('a'));
  await settle();
  clock.pass(HOLD_MS);
  assert.deepEqual(shown().maps, { status: 'none', reason: 'untrusted' });
  assert.deepEqual(editor.open, []);
});

test('whatever the order of events, no number stands beside another image or run', async () => {
  let predicted = 0;
  let explained = 0;
  for (let round = 0; round < 20; round++) {
    const draw = new Draw(`inspector ${round}`);
    const { editor, model, clock, states } = setUp();
    for (let event = 0; event < 60; event++) {
      const kind = draw.integer(0, 20);
      if (kind === 1) model.follow(inspected(`image ${event}`));
      else if (kind === 2) model.follow(draw.integer(0, 3) === 0 ? null : inspected(`image ${event}`));
      else if (kind === 3) model.chooseRun(draw.pick(['new', 'old']));
      else if (kind === 4) clock.pass(draw.pick([HOLD_MS / 2, HOLD_MS, SLOW_MS]));
      else if (kind === 5) model.retryPrediction();
      else if (kind === 6) model.compareWith(draw.pick(['new', 'old', null]));
      else if (kind === 7) model.explain(draw.pick([SALIENCY, ADVERSARIAL, undefined]));
      else if (kind === 8) model.retryMaps();
      else answerOne(editor, draw);
      await settle(draw.integer(0, 4));
    }
    // What was asked last may still be on its way.
    await settle();
    for (let left = 0; left < 200 && editor.open.length > 0; left++) {
      answerOne(editor, draw);
      await settle(4);
    }
    clock.pass(HOLD_MS);
    for (const state of states) assertConsistent(state);
    explained += states.filter(
      ({ maps }) =>
        maps?.status === 'asked' && maps.runs.every(({ explanation }) => explanation.status === 'ready'),
    ).length;
    predicted += states.filter(({ prediction }) => prediction.status === 'ready').length;
    if (model.state.kind === 'image') {
      assert.notEqual(model.state.pixels.status, 'waiting');
      assert.notEqual(model.state.prediction.status, 'waiting');
    }
  }
  // Otherwise the rounds would have proven nothing.
  assert.ok(predicted >= 20, `${predicted}`);
  assert.ok(explained >= 20, `${explained}`);
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
  else if (asked.method === 'inspector/maps') asked.answer(mapsOf(name, params?.run ?? ''));
  else if (asked.method === 'inspector/adversarial') asked.answer(adversarialOf(name, params?.run ?? ''));
  else asked.answer(null);
}

function assertConsistent({
  inspected: { title },
  pixels,
  description,
  run,
  prediction,
  maps,
}: ImageState): void {
  for (const { run: asked, explanation } of maps?.status === 'asked' ? maps.runs : []) {
    if (explanation.status !== 'ready') continue;
    const { target, probability } =
      explanation.value.kind === 'saliency' ? explanation.value.facts : explanation.value.result;
    assert.deepEqual([target, probability], signature(title, asked.folder));
  }
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
