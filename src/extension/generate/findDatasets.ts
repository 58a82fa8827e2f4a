import { open } from 'node:fs/promises';

import * as vscode from 'vscode';

import {
  folderCandidates,
  IMAGE_EXTENSIONS,
  isImageList,
  type DatasetCandidate,
} from './datasetCandidates.ts';

/** Neither hidden folders, what we made among them, nor what programs are made of. */
const EXCLUDED = '**/{.*,node_modules,__pycache__}/**';

/** Enough to see the folders; a workspace may hold millions of images. */
const MAX_IMAGES = 20_000;
const MAX_LISTS = 200;
const MAX_HEADER_BYTES = 4096;

/** What looks like a dataset in the workspace: archives, lists of images, and folders of class folders. */
export async function findDatasets(token: vscode.CancellationToken): Promise<DatasetCandidate[]> {
  const find = async (pattern: string, most: number): Promise<string[]> => {
    const uris = await vscode.workspace.findFiles(pattern, EXCLUDED, most, token);
    return uris
      .filter(({ scheme }) => scheme === 'file')
      .map(({ fsPath }) => fsPath)
      .sort();
  };
  const [archives, tables, images] = await Promise.all([
    find('**/*.npz', MAX_LISTS),
    find('**/*.csv', MAX_LISTS),
    find(`**/*.{${IMAGE_EXTENSIONS.join(',')}}`, MAX_IMAGES),
  ]);
  const lists = await Promise.all(tables.map(async (table) => ((await beginsAsList(table)) ? [table] : [])));
  return [
    ...folderCandidates(images),
    ...archives.map((archive) => ({ path: archive, kind: 'npz' as const })),
    ...lists.flat().map((list) => ({ path: list, kind: 'csv' as const })),
  ];
}

async function beginsAsList(table: string): Promise<boolean> {
  const file = await open(table).catch(() => undefined);
  // A file that cannot be read is no suggestion; who knows better can browse to it and is told why.
  if (!file) return false;
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(MAX_HEADER_BYTES) });
    return isImageList(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}
