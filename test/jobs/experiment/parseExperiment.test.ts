import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parseExperiment } from '../../../src/jobs/experiment/parseExperiment.ts';
import { resolveArms } from '../../../src/jobs/experiment/resolveArms.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';

const HEAD = 'title: t\ndatasets: [a.npz]\nseeds: [0]\npreset: quick\n';

function problemOf(yaml: string): string {
  try {
    resolveArms(parseExperiment(yaml, 'grid.yaml'));
  } catch (error) {
    assert.ok(error instanceof TsyndError, String(error));
    assert.equal(error.code, 'settings/invalid');
    return `${error.message} ${error.remedy ?? ''}`;
  }
  return 'none';
}

const POOLS = 'pools: { mine: { path: x }, made: { generate: { method: mi, ratio: 1 } } }\n';
const mixed = (rest: string): string => `${HEAD}${POOLS}arms:\n  - { name: a, mix: synthetic, ${rest} }\n`;

for (const [what, yaml, expected] of [
  [
    'an unknown key',
    `${HEAD}fractoins: [1]\narms: [mi]\n`,
    /line 5: There is no setting 'fractoins' in an experiment\. Did you mean 'fractions'\?/,
  ],
  [
    'a strength of an attack that is not in 255ths',
    `${HEAD}arms: [mi]\nevaluation: { fgsm: [0.03] }\n`,
    /line 6: evaluation\.fgsm\[0\]: strengths of attacks are in 255ths: 8 stands for 8\/255\./,
  ],
  [
    'an unknown key of an arm',
    `${HEAD}arms:\n  - baseline\n  - method: mi\n    clasifier: {}\n`,
    /line 8: There is no setting 'clasifier' in arms\[1\]\. Did you mean 'classifier'\?/,
  ],
  [
    'an unknown key far down',
    `${HEAD}arms:\n  - method: mi\n    classifier:\n      widht: 8\n`,
    /line 8: There is no setting 'widht' in arms\[0\]\.classifier\. Did you mean 'width'\?/,
  ],
  [
    'an unknown key of a pool, by the form that fits best',
    `${HEAD}pools:\n  p: { run: x, sample: all }\narms: [mi]\n`,
    /line 6: There is no setting 'sample' in pools\.p\. Did you mean 'samples'\? Known are run, samples\./,
  ],
  [
    'a key of another filter',
    mixed('pool: mine, filter: { kind: selective, low: 1 }'),
    /There is no setting 'low' in arms\[0\]\.filter\..*Known are kind, maxPerClass\./,
  ],
  [
    'an unknown key before what is missing for it',
    `${HEAD}amrs: [mi]\n`,
    /line 5: There is no setting 'amrs' in an experiment\. Did you mean 'arms'\?/,
  ],
  [
    'an unknown key of a pool before what is missing for it',
    `${HEAD}pools:\n  p: { pth: x }\narms: [mi]\n`,
    /line 6: There is no setting 'pth' in pools\.p\. Did you mean 'path'\?/,
  ],
  [
    'an unknown architecture of weights',
    `${HEAD}classifier: { pretrained: { resnet51: x } }\narms: [mi]\n`,
    /line 5: .*Did you mean 'resnet50'\?/,
  ],
  [
    'an unknown method',
    `${HEAD}arms: [baseline, mii]\n`,
    /line 5: arms\[1\] cannot be 'mii'\. Did you mean 'mi'\?/,
  ],
  [
    'an unknown word',
    `${HEAD}arms: [{ method: mii }]\n`,
    /arms\[0\]\.method cannot be 'mii'\. Did you mean 'mi'\?/,
  ],
  ['a missing key', 'title: t\n', /datasets is missing\. Add it; it must be a list/],
  [
    'a number out of its range',
    `${HEAD}fractions: [2]\narms: [mi]\n`,
    /line 5: fractions\[0\] cannot be 2\. It must be at most 1\./,
  ],
  [
    'no arm',
    `${HEAD}arms: []\n`,
    /line 5: arms cannot be an empty list\. It must be a list of at least one\./,
  ],
  ['no seed', HEAD.replace('[0]', '[]'), /line 3: seeds cannot be an empty list/],
  [
    'a list for a map',
    `${HEAD}classifier: [1]\narms: [mi]\n`,
    /line 5: classifier cannot be a list\. It must be a map/,
  ],
  ['a map for a list', `${HEAD}arms: { method: mi }\n`, /line 5: arms cannot be a map\. It must be a list/],
  ['nothing after a key', `${HEAD}arms:\n`, /line 5: arms cannot be empty\. It must be a list/],
  ['a text for a number', `${HEAD}count: "8"\narms: [mi]\n`, /count cannot be '8'\. It must be a number\./],
  [
    'an unknown filter',
    mixed('pool: mine, filter: { kind: selectiv }'),
    /filter\.kind cannot be 'selectiv'\. Did you mean 'selective'\?/,
  ],
  [
    'a filter of no kind',
    mixed('pool: mine, filter: { low: 0 }'),
    /filter\.kind is missing\. Add it; it must be selective or uncertain-band\./,
  ],
  [
    'a pool without end',
    `${HEAD}pools: { p: { generate: { method: mi, ratio: 1000000000 } } }\narms: [mi]\n`,
    /ratio cannot be 1000000000\. It must be at most 100\./,
  ],
  ['a key twice', `${HEAD}arms: [mi]\narms: [mi]\n`, /line 6: Map keys must be unique\. Mend the YAML/],
  ['broken YAML', `${HEAD}arms: [mi\n`, /line \d: .*Mend the YAML/],
  ['an empty file', '', /This is no experiment/],
  ['a list', '- a\n', /This is no experiment/],
  [
    'a tower of aliases',
    `${HEAD}arms: [mi]\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`,
    /repeats too much/,
  ],
  ['a name twice', `${HEAD}arms:\n  - mi\n  - method: mi\n`, /line 7: There are two arms 'mi'/],
  ['a seed twice', `${HEAD.replace('[0]', '[0, 1, 0]')}arms: [mi]\n`, /line 3: 0 is there twice in seeds/],
  ['an unknown pool', mixed('pool: mined'), /line 7: There is no pool 'mined'\. Did you mean 'mine'\?/],
  ['a mix without a pool', mixed('ratio: 1'), /is synthetic, but has no pool/],
  [
    'a pool without a mix',
    `${HEAD}${POOLS}arms: [{ name: a, pool: mine }]\n`,
    /has a pool, but trains on real images/,
  ],
  [
    'a method that makes its own images',
    mixed('pool: mine, method: mi'),
    /mi makes synthetic images of its own/,
  ],
  ['more than a pool makes', mixed('pool: made, ratio: 2'), /takes 2 images .* which makes 1\./],
  [
    'a band that is empty',
    mixed('pool: mine, filter: { kind: uncertain-band, low: 0.5, high: 0.5 }'),
    /ends where it begins/,
  ],
] as const) {
  test(`${what} is told with its place`, () => {
    assert.match(problemOf(yaml), expected);
  });
}

test('an arm has the name of its method unless it has one', () => {
  const parsed = parseExperiment(
    `${HEAD}${POOLS}arms:\n  - baseline\n  - { name: mixed, mix: synthetic, pool: mine }\n  - { method: mi }\n`,
    'grid.yaml',
  );
  assert.deepEqual(
    resolveArms(parsed).map(({ name, method, mix }) => [name, method, mix]),
    [
      ['baseline', 'baseline', 'real'],
      ['mixed', 'baseline', 'synthetic'],
      ['mi', 'mi', 'real'],
    ],
  );
});

const READY_MADE = path.resolve(import.meta.dirname, '../../../experiments');

for (const name of readdirSync(READY_MADE)) {
  test(`the ready-made grid ${name} is right`, () => {
    const parsed = parseExperiment(readFileSync(path.join(READY_MADE, name), 'utf8'), name);
    assert.ok(resolveArms(parsed).length > 1);
  });
}
