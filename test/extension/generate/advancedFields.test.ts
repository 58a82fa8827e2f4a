import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  ADVANCED_FIELDS,
  ADVANCED_TEXTS,
  fieldProblem,
  fieldText,
  fieldValue,
  withField,
  type AdvancedField,
} from '../../../src/extension/generate/advancedFields.ts';
import type { FlowChoices } from '../../../src/extension/generate/choices.ts';
import { blockingProblem, nearestSide } from '../../../src/extension/generate/datasetReport.ts';
import { LATENT_DOWNSAMPLING } from '../../../src/models/vqvae.ts';
import { exampleSummary } from './exampleSummary.ts';

const choices: FlowChoices = { preset: 'quick', method: 'mi', device: 'auto', seed: 0, fraction: 1 };

const CASES: Readonly<Record<AdvancedField, { readonly good: string[]; readonly bad: string[] }>> = {
  seed: { good: ['0', ' 42 '], bad: ['', '-1', '1.5', 'x', '1e400'] },
  fraction: { good: ['1', '0.1'], bad: ['', '0', '1.01', '-0.5', '0,5'] },
  imageSize: { good: ['', '8', '28', '1024'], bad: ['4', '1028', '28.5', 'px'] },
  steps: { good: ['', '0', '10'], bad: ['-1', '2.5'] },
  threads: { good: ['', '1', '64'], bad: ['0', '1.5', '1025'] },
};

test('each field takes what it can be, and says what it wants of all else', () => {
  for (const field of ADVANCED_FIELDS) {
    for (const text of CASES[field].good)
      assert.equal(fieldProblem(field, text), undefined, `${field} '${text}'`);
    for (const text of CASES[field].bad) {
      assert.equal(fieldProblem(field, text), ADVANCED_TEXTS[field].prompt, `${field} '${text}'`);
    }
  }
});

test('a size that the autoencoder cannot halve twice is refused with one that it can', () => {
  assert.equal(fieldProblem('imageSize', '30'), '30 is not divisible by 4; the nearest size is 32 px.');
  assert.equal(fieldProblem('imageSize', '9'), '9 is not divisible by 4; the nearest size is 8 px.');
});

test('the divisor is that of the autoencoder', () => {
  for (let side = 8; side < 64; side++) {
    assert.equal(nearestSide(side) === side, side % LATENT_DOWNSAMPLING === 0, `${side} px`);
    const isPossible = blockingProblem(exampleSummary({ imageSize: side })) === undefined;
    assert.equal(isPossible, side % LATENT_DOWNSAMPLING === 0, `${side} px`);
  }
});

test('a text becomes a value and comes back as the same text', () => {
  for (const field of ADVANCED_FIELDS) {
    const text = CASES[field].good.at(-1) ?? '';
    const changed = withField(field, ` ${text} `, choices);
    assert.equal(changed[field], Number(text));
    assert.equal(fieldText(field, changed), text.trim());
  }
});

test('an emptied field is left to the defaults again', () => {
  const changed = withField('steps', '', withField('steps', '3', choices));
  assert.ok(!('steps' in changed));
  assert.equal(fieldText('steps', changed), '');
  assert.equal(fieldValue('steps', changed), '5, as in the preset');
  assert.equal(fieldValue('steps', { ...changed, preset: 'paper' }), '10, as in the preset');
});
