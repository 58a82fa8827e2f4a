import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { bytesOf, npyOf, SHARED_DATA, skipWithout, writeGreyPng, zipOf } from '../data/helpers.ts';
import { CLI, jsonLines, runCli, runCommand } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { stoppedRun, TINY_SETTINGS, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const at = (...parts: string[]): string => path.join(folder, ...parts);
const workFolder = at('work');
mkdirSync(workFolder);
const dataset = writeTinyDataset(at('tiny.npz'));

/** Two classes of four images each. */
async function writeFolderDataset(name: string): Promise<string> {
  for (let image = 0; image < 8; image++) {
    await writeGreyPng(at(name, image % 2 === 0 ? 'cat' : 'dog', `${image}.png`), 20 * image, 8);
  }
  return at(name);
}

function writeArchive(name: string, arrays: Readonly<Record<string, Buffer>>): string {
  const entries = Object.entries(arrays).map(([array, bytes]) => ({ name: `${array}.npy`, bytes }));
  writeFileSync(at(name), zipOf(entries));
  return at(name);
}

/** Arrays of one split: `images` flat grey 8 x 8 images, `labels` 0, 1, 0, 1, ... */
function split(name: string, images: number, labels: number): Record<string, Buffer> {
  const pixels = new Uint8Array(images * 64).fill(9);
  const classes = Uint8Array.from({ length: labels }, (_, index) => index % 2);
  return {
    [`${name}_images`]: npyOf('|u1', [images, 8, 8], pixels),
    [`${name}_labels`]: npyOf('|u1', [labels, 1], classes),
  };
}

/** A whole archive of float images of one value. */
function floatArrays(value: number): Record<string, Buffer> {
  const images = npyOf('<f4', [8, 8, 8], bytesOf(new Float32Array(512).fill(value)));
  const splits = ['train', 'val', 'test'];
  return Object.assign(
    {},
    ...splits.map((name) => ({ ...split(name, 8, 8), [`${name}_images`]: images })),
  ) as Record<string, Buffer>;
}

const complete = { ...split('train', 8, 8), ...split('val', 4, 4), ...split('test', 4, 4) };
const unreadable = await writeFolderDataset('unreadable');
writeFileSync(at('unreadable/cat/broken.png'), 'not an image');
mkdirSync(at('empty'));
writeFileSync(at('aFile'), '');
writeFileSync(at('torn.npz'), readFileSync(dataset).subarray(0, 1500));
writeFileSync(at('list.csv'), 'path,label\nmissing.png,cat\n');
for (const name of ['a/1', 'a/2', 'a/3', 'b/1']) await writeGreyPng(at('lonely', `${name}.png`), 7, 8);

const BAD_DATASETS: Readonly<Record<string, { words: string[]; message: RegExp; skip?: string | false }>> = {
  'a truncated archive': { words: [at('torn.npz')], message: /torn\.npz/ },
  'an archive without the arrays': {
    words: [writeArchive('names.npz', { images: npyOf('|u1', [1], new Uint8Array(1)) })],
    message: /names\.npz.*train_images/,
  },
  'arrays of different lengths': {
    words: [writeArchive('lengths.npz', { ...complete, ...split('val', 4, 3) })],
    message: /lengths\.npz: val has 4 images but 3 labels\./,
  },
  'float images out of range': {
    words: [writeArchive('range.npz', floatArrays(300.5))],
    message: /range\.npz.*300\.5/,
  },
  'pickled objects': {
    words: [path.join(SHARED_DATA, 'hostile/py3-objarr.npz')],
    message: /objarr\.npz/,
    skip: skipWithout('hostile/py3-objarr.npz'),
  },
  'a class with one image': { words: [at('lonely')], message: /class b has only one image\..*At least/ },
  'an empty folder': { words: [at('empty')], message: /empty has no images/ },
  'an unreadable image': { words: [unreadable], message: /broken\.png.*--skip-unreadable/ },
  'a list that names a missing file': { words: [at('list.csv')], message: /list\.csv.*missing\.png/ },
  'a file of another kind': { words: [at('aFile')], message: /aFile is not a dataset\./ },
  'a path that is not there': { words: [at('nowhere')], message: /There is no file or folder .*nowhere\./ },
  'an unknown device': {
    words: [dataset, '--device', 'gpu'],
    message: /no device 'gpu'\..*auto, cpu, webgpu/,
  },
  'an unknown method': {
    words: [dataset, '--method', 'MI2'],
    message: /no method 'MI2'\. Did you mean 'mi'\?/,
  },
  'an unknown preset': { words: [dataset, '--preset', 'papr'], message: /Did you mean 'paper'\?/ },
  'a count that is no number': {
    words: [dataset, '--count', 'many'],
    message: /--count cannot be 'many'\. Give/,
  },
  'a negative count': { words: [dataset, '--count=-1'], message: /--count cannot be '-1'/ },
  'half a step': { words: [dataset, '--steps', '1.5'], message: /--steps cannot be '1\.5'/ },
  'an empty seed': { words: [dataset, '--seed', ''], message: /--seed cannot be ''/ },
  'a share above 1': {
    words: [dataset, '--fraction', '2'],
    message: /--fraction cannot be '2'\. Give a number/,
  },
  'no threads': { words: [dataset, '--threads', '0'], message: /--threads cannot be '0'/ },
  'a tiny image size': { words: [dataset, '--image-size', '4'], message: /--image-size cannot be '4'/ },
  'a huge image size': { words: [dataset, '--image-size', '5000'], message: /5000 .*from 8 to 1024/ },
  'an odd image size': { words: [dataset, '--image-size', '30'], message: /30 pixels.*--image-size (28|32)/ },
  'an unknown option': {
    words: [dataset, '--cuont', '3'],
    message: /Unknown option '--cuont'\. Did you mean --count\?/,
  },
  'no dataset': { words: [], message: /No dataset was given\./ },
  'two datasets': { words: [dataset, dataset], message: /Too many arguments/ },
  'a run that is not there': { words: ['--resume', at('empty')], message: /There is no run in .*empty/ },
};

for (const [name, { words, message, skip = false }] of Object.entries(BAD_DATASETS)) {
  test(`${name}: one sentence, exit code 2, no run`, { skip }, async () => {
    const result = await runCli(['generate', ...words, '--json'], { cwd: workFolder });
    assert.equal(result.exitCode, 2, result.stderr);
    const errors = result.stderr.split('\n').filter((line) => line.startsWith('Error: '));
    assert.equal(errors.length, 1, result.stderr);
    assert.match(errors[0], message);
    assert.doesNotMatch(result.stderr, /^ +at |undefined|\[object/m);
    assert.equal(jsonLines(result).at(-1)?.type, 'error');
    assert.deepEqual(readdirSync(workFolder), [], 'something was written');
  });
}

test('--skip-unreadable leaves a broken image out and says so', async () => {
  const result = await runCli(
    ['generate', unreadable, '--skip-unreadable', '--out', at('skipped'), '--json'],
    { onLine: (line, child) => line.includes('"type":"run"') && child.kill('SIGKILL') },
  );
  const [event] = jsonLines(result);
  assert.equal(event.type, 'dataset');
  assert.match(JSON.stringify(event.summary), /"skippedFiles":\[\{"file":"cat\/broken\.png","reason":/);
  assert.match(result.stderr, /Left out: 1 file \(.*\): cat\/broken\.png\./);
});

test('a place that cannot be written: exit code 2 and nothing left', async () => {
  for (const place of [at('aFile', 'runs'), at('aFile')]) {
    const result = await runCli(['generate', dataset, '--out', place, '--device', 'cpu']);
    assert.equal(result.exitCode, 2, result.stderr);
    assert.match(result.stderr, /^Error: Could not write .*aFile/m);
  }
});

test('commands with bad arguments exit with 2', async () => {
  const cases: [string[], RegExp][] = [
    [[], /Usage: tsynd/],
    [['generat'], /Unknown command 'generat'\. Did you mean generate\?/],
    [['evaluate'], /Missing required argument 'run'/],
    [['evaluate', at('empty')], /There is no run in/],
    [['sample-dataset', at('unreadable')], /is not empty/],
    [['sample-dataset', at('new'), '--classes', '4'], /--classes cannot be '4'\. Give 2 or 3\./],
    [['sample-dataset', at('new'), '--images-per-class', '3'], /--images-per-class cannot be '3'/],
    [['download', 'breastmnits'], /Did you mean breastmnist\?/],
    [
      ['download', 'breastmnist', '--size', '30'],
      /no images of 30 pixels\. Choose one of 28, 64, 128, 224\./,
    ],
    [['download', 'breastmnist', '--base-url', 'ftp://x'], /is not an address of the web/],
  ];
  for (const [words, message] of cases) {
    const { exitCode, stderr, stdout } = await runCli(words, { cwd: folder });
    assert.equal(exitCode, 2, words.join(' '));
    assert.match(stderr, message);
    assert.equal(stdout, '');
  }
});

test('without --json an error is told on stderr alone, its stack only when asked for', async () => {
  const plain = await runCli(['generate', at('nowhere')]);
  assert.equal(plain.stdout, '');
  assert.equal(plain.stderr.trimEnd().split('\n').length, 1);
  const debug = await runCommand('env', ['TSYND_DEBUG=1', process.execPath, CLI, 'generate', at('nowhere')]);
  assert.match(debug.stderr, /\n +at /);
});

test('a full disk: exit code 2, no half-written file, and the run goes on when there is room', (t) => {
  const disk = at('disk');
  mkdirSync(disk);
  if (!mountSmallDisk(disk)) {
    t.skip('no small file system can be mounted here');
    return;
  }
  return fillDisk(disk).finally(() => execFileSync('umount', [disk]));
});

async function fillDisk(disk: string): Promise<void> {
  // Networks of these widths need more room than there is for their checkpoints.
  const run = await stoppedRun(dataset, disk, {
    classifier: { ...TINY_SETTINGS.classifier, width: 16 },
  });
  const full = await runCli(['generate', '--resume', run, '--json']);
  assert.equal(full.exitCode, 2, full.stderr);
  const error = jsonLines(full).at(-1);
  assert.equal(error?.code, 'file/write');
  assert.match(String(error.message), /^Could not write .*: the disk is full\.$/);
  assert.match(String(error.remedy), /^Free some space.* Go on with the run: tsynd generate --resume /);
  const files = readdirSync(run, { recursive: true, encoding: 'utf8' });
  assert.ok(!files.some((file) => file.includes('.part-')), files.join());
  assert.ok(!files.includes('checkpoints/classifier.safetensors'));

  execFileSync('mount', ['-o', 'remount,size=64m', disk]);
  const resumed = await runCli(['generate', '--resume', run]);
  assert.equal(resumed.exitCode, 0, resumed.stderr);
}

function mountSmallDisk(folderPath: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folderPath], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
