import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { installCachedPackages, ToolUnavailable, type CachedPackages } from './cachedPackages.ts';

const root = temporaryFolder();

/** A package that lies beside, so that nothing is fetched. */
function localPackage(): CachedPackages {
  const source = path.join(root, 'source');
  mkdirSync(source, { recursive: true });
  writeFileSync(path.join(source, 'package.json'), '{ "name": "tiny-tool", "version": "1.0.0" }');
  const folder = mkdtempSync(path.join(root, 'cache-'));
  return { what: 'a tiny tool', folder, versions: { 'tiny-tool': `file:${source}` } };
}

test('a package is installed once', () => {
  let finished = 0;
  const wanted = { ...localPackage(), finish: () => finished++ };
  const modules = installCachedPackages(wanted);
  assert.ok(existsSync(path.join(modules, 'tiny-tool/package.json')));
  installCachedPackages(wanted);
  assert.equal(finished, 1);
});

test('an install that was cut short is made anew', () => {
  const wanted = localPackage();
  const cutShort = (): never => {
    throw new Error('no more power');
  };
  assert.throws(() => installCachedPackages({ ...wanted, finish: cutShort }), /no more power/);
  let left: string[] = [];
  const modules = installCachedPackages({ ...wanted, finish: (folder) => (left = [folder]) });
  assert.deepEqual(left, [modules]);
});

test('other versions are installed in place of those that are there', () => {
  const wanted = localPackage();
  const marker = path.join(wanted.folder, 'installed.json');
  installCachedPackages(wanted);
  writeFileSync(marker, JSON.stringify({ 'tiny-tool': '0.9.0' }));
  let finished = 0;
  installCachedPackages({ ...wanted, finish: () => finished++ });
  assert.equal(finished, 1);
  assert.deepEqual(JSON.parse(readFileSync(marker, 'utf8')), wanted.versions);
});

test('what cannot be installed is said in words', () => {
  const missing = { ...localPackage(), versions: { 'tiny-tool': `file:${path.join(root, 'nowhere.tgz')}` } };
  assert.throws(
    () => installCachedPackages(missing),
    (error) => error instanceof ToolUnavailable && error.message.startsWith("'npm install' failed"),
  );
});
