import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  countOf,
  jobOf,
  rememberChoices,
  startingChoices,
  withMethod,
  type ChoiceDefaults,
  type FlowChoices,
  type Memory,
} from '../../../src/extension/generate/choices.ts';
import { makeSettings } from '../../../src/protocol/generateChoices.ts';

const defaults: ChoiceDefaults = {
  device: 'cpu',
  'defaults.preset': 'paper',
  'defaults.method': 'entropy',
  'defaults.count': 32,
};

const chosen: FlowChoices = {
  preset: 'quick',
  method: 'noise',
  device: 'auto',
  count: 7,
  seed: 3,
  fraction: 0.5,
  imageSize: 32,
  steps: 2,
  threads: 4,
};

/** As `vscode.Memento`: what lies in it has been JSON. */
function memory(initial?: unknown): Memory & { stored: () => unknown } {
  let text: string | undefined = initial === undefined ? undefined : JSON.stringify(initial);
  return {
    get: () => (text === undefined ? undefined : (JSON.parse(text) as unknown)),
    update: (_, value) => {
      text = JSON.stringify(value);
      return Promise.resolve();
    },
    stored: () => JSON.parse(text ?? 'null') as unknown,
  };
}

describe('startingChoices', () => {
  test('a dataset without earlier choices starts from the settings', () => {
    assert.deepEqual(startingChoices(memory(), '/data/a', defaults), {
      preset: 'paper',
      method: 'entropy',
      device: 'cpu',
      seed: 0,
      fraction: 1,
    });
  });

  test('the last choices come back, for their dataset only', async () => {
    const store = memory();
    await rememberChoices(store, '/data/a', { ...chosen, seed: 1 });
    await rememberChoices(store, '/data/a', chosen);
    assert.deepEqual(startingChoices(store, '/data/a', defaults), chosen);
    assert.equal(startingChoices(store, '/data/b', defaults).seed, 0);
  });

  test('what another run was made with goes before what is remembered, and is not mixed with it', async () => {
    const store = memory();
    await rememberChoices(store, '/data/a', chosen);
    const choices = startingChoices(store, '/data/a', defaults, {
      method: 'mi',
      preset: 'quick',
      seed: 9,
      skipUnreadable: true,
    });
    assert.deepEqual(choices, { preset: 'quick', method: 'mi', device: 'cpu', seed: 9, fraction: 1 });
  });

  test('what cannot be choices is forgotten', () => {
    const bad: unknown[] = [
      'text',
      [{ dataset: '/data/a', choices: { preset: 'huge' } }],
      [{ dataset: '/data/a', choices: { count: -1 } }],
      [{ dataset: '/data/a' }],
      [{ choices: chosen }],
    ];
    for (const stored of bad) {
      assert.equal(
        startingChoices(memory(stored), '/data/a', defaults).preset,
        'paper',
        JSON.stringify(stored),
      );
    }
  });

  test('the datasets of 50 flows are kept, the newest of them', async () => {
    const store = memory();
    for (let index = 0; index < 60; index++) await rememberChoices(store, `/data/${index}`, chosen);
    assert.equal((store.stored() as unknown[]).length, 50);
    assert.equal(startingChoices(store, '/data/10', defaults).seed, 3);
    assert.equal(startingChoices(store, '/data/9', defaults).seed, 0);
  });
});

describe('the number of images', () => {
  test('is what was chosen, else what the settings say, else none for methods without latents', () => {
    const { count, ...open } = chosen;
    assert.equal(countOf(chosen, defaults), count);
    assert.equal(countOf(open, defaults), 32);
    assert.equal(countOf({ ...open, method: 'baseline' }, defaults), 0);
  });

  test('starts anew when the method goes to one without latents or comes from it', () => {
    assert.equal(withMethod(chosen, 'mi').count, 7);
    const baseline = withMethod(chosen, 'baseline');
    assert.equal(countOf(baseline, defaults), 0);
    assert.equal(withMethod({ ...baseline, count: 0 }, 'baseline').count, 0);
    assert.equal(countOf(withMethod({ ...baseline, count: 0 }, 'mi'), defaults), 32);
    assert.equal(withMethod({ ...baseline, count: 3 }, 'mixup').count, 3);
    assert.equal(countOf(withMethod({ ...baseline, count: 3 }, 'pixel-adversarial'), defaults), 0);
  });
});

describe('jobOf', () => {
  test('carries everything that decides the run', () => {
    assert.deepEqual(jobOf('/data/a', chosen, defaults, false), {
      kind: 'generate',
      datasetPath: '/data/a',
      device: 'auto',
      threads: 4,
      choices: {
        preset: 'quick',
        method: 'noise',
        count: 7,
        seed: 3,
        fraction: 0.5,
        imageSize: 32,
        steps: 2,
      },
    });
  });

  test('a baseline with no images is possible, and unreadable files are left out only on request', () => {
    const baseline = withMethod(chosen, 'baseline');
    const { choices } = jobOf('/data/a', baseline, defaults, true);
    assert.equal(makeSettings(choices).count, 0);
    assert.equal(makeSettings(choices).skipUnreadable, true);
  });
});
