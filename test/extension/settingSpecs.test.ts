import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { checkSetting, SETTING_SPECS, type SettingName } from '../../src/extension/settingSpecs.ts';
import { DEFAULT_COUNT, DEFAULT_OUT } from '../../src/protocol/generateChoices.ts';
import { DEVICE_CHOICES, METHODS, PRESETS } from '../../src/protocol/settings.ts';

interface Property {
  readonly type: string;
  readonly default: unknown;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

const manifest = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8'),
) as {
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, Property>> };
  };
};
const { properties } = manifest.contributes.configuration;
const names = Object.keys(SETTING_SPECS) as SettingName[];

test('package.json has the same settings with the same defaults', () => {
  assert.deepEqual(Object.keys(properties).sort(), names.map((name) => `tsynd.${name}`).sort());
  for (const name of names) {
    assert.deepEqual(properties[`tsynd.${name}`].default, SETTING_SPECS[name].default, name);
  }
});

test('what the settings editor allows is what we take', () => {
  for (const name of names) {
    const property = properties[`tsynd.${name}`];
    const { isValid } = SETTING_SPECS[name];
    assert.ok(isValid(property.default), name);
    for (const value of property.enum ?? []) assert.ok(isValid(value), `${name} ${value}`);
    if (property.type === 'string' && property.enum)
      assert.equal(property.enumDescriptions?.length, property.enum.length, name);
    if (property.type === 'integer' && !property.enum) {
      const { minimum, maximum } = property;
      assert.ok(minimum !== undefined && maximum !== undefined, name);
      assert.deepEqual(
        [minimum - 1, minimum, maximum, maximum + 1, minimum + 0.5].map(isValid),
        [false, true, true, false, false],
        name,
      );
    }
  }
});

test('names and defaults are those of the command line', () => {
  assert.deepEqual(properties['tsynd.device'].enum, DEVICE_CHOICES);
  assert.deepEqual(properties['tsynd.defaults.preset'].enum, PRESETS);
  assert.deepEqual(properties['tsynd.defaults.method'].enum, METHODS);
  assert.equal(SETTING_SPECS.runsFolder.default, DEFAULT_OUT);
  assert.equal(SETTING_SPECS['defaults.count'].default, DEFAULT_COUNT);
});

test('what a settings file cannot mean is the default', () => {
  assert.equal(checkSetting('device', 'webgpu'), 'webgpu');
  assert.equal(checkSetting('device', 'quantum'), 'auto');
  assert.equal(checkSetting('device', undefined), 'auto');
  assert.equal(checkSetting('threads', '4'), 0);
  assert.equal(checkSetting('runsFolder', '  '), '.tsynd/runs');
  assert.equal(checkSetting('showFileDecorations', 'no'), true);
  assert.equal(checkSetting('gallery.tileSize', 1e9), 160);
});
