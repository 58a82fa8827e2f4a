import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import {
  candidateText,
  folderCandidates,
  IMAGE_EXTENSIONS,
  isImageList,
} from '../../../src/extension/generate/datasetCandidates.ts';
import { isImagePath } from '../../../src/data/imageFiles.ts';

const file = (...parts: string[]): string => path.join(path.sep, 'work', ...parts);

test('class folders make a dataset of the folder above them, and of the folder above their splits', () => {
  const candidates = folderCandidates([
    file('xray', 'normal', '1.png'),
    file('xray', 'normal', '2.png'),
    file('xray', 'pneumonia', '1.png'),
    file('breast', 'train', 'benign', '1.png'),
    file('breast', 'train', 'malignant', '1.png'),
    file('breast', 'Test', 'benign', '1.png'),
  ]);
  assert.deepEqual(candidates, [
    { path: file('breast'), kind: 'folder', classes: 2 },
    { path: file('xray'), kind: 'folder', classes: 2 },
  ]);
  assert.deepEqual(candidateText(candidates[1], 'lungs/xray'), {
    label: '$(folder) xray',
    description: '2 class folders',
    detail: 'lungs/xray',
  });
  assert.equal(candidateText(candidates[1], 'xray').detail, undefined);
});

test('one folder of images is no dataset', () => {
  assert.deepEqual(folderCandidates([file('pictures', 'a.png'), file('pictures', 'b.png')]), []);
  assert.deepEqual(folderCandidates([]), []);
});

test('a list of images is known by its first line', () => {
  for (const head of ['path,label\na.png,x', '\uFEFFLabel, "Path" ,split\r\n', 'id,path,label']) {
    assert.ok(isImageList(head), head);
  }
  for (const head of ['', 'a,b\npath,label', 'path;label', 'filepath,label'])
    assert.ok(!isImageList(head), head);
});

test('what counts as an image is what the dataset reader takes', () => {
  for (const extension of IMAGE_EXTENSIONS) assert.ok(isImagePath(`a.${extension}`), extension);
});
