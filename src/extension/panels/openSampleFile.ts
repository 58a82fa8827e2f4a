import { access } from 'node:fs/promises';
import path from 'node:path';

import * as vscode from 'vscode';

import { TsyndError } from '../../protocol/errors.ts';
import type { SampleDetails } from '../../protocol/sampleTable.ts';
import type { ScoreDetails } from '../../protocol/scoreTable.ts';
import { syntheticFileOf } from './syntheticFileOf.ts';

/** Opens the file that a sample was derived from, beside the gallery. Throws TsyndError 'dataset/not-found'. */
export async function openSourceFile({ id, source }: SampleDetails): Promise<void> {
  if (!source.exists) {
    throw new TsyndError(
      'dataset/not-found',
      `The source image of ${id} is not there any more: ${source.path}.`,
      {
        remedy: 'Put the dataset back where it was; samples and decisions work without it.',
      },
    );
  }
  await openBeside(source.path);
}

/** Opens the file of a scored image, beside the gallery. Throws TsyndError 'dataset/not-found'. */
export async function openScoredFile({ id, source }: ScoreDetails): Promise<void> {
  if (!source.exists) {
    throw new TsyndError('dataset/not-found', `The image ${id} is not there any more: ${source.path}.`, {
      remedy: 'Put the dataset back where it was; the scores stay without it.',
    });
  }
  await openBeside(source.path);
}

/** Opens a sample's own PNG, beside the gallery. Throws TsyndError 'sample/not-found'. */
export async function openSyntheticFile(run: string, details: SampleDetails): Promise<void> {
  const file = syntheticFileOf(run, details);
  await access(file).catch((cause: unknown) => {
    const where = path.relative(run, file);
    throw new TsyndError(
      'sample/not-found',
      `The image of ${details.id} is missing from its run: ${where}.`,
      {
        cause,
      },
    );
  });
  await openBeside(file);
}

async function openBeside(file: string): Promise<void> {
  const options: vscode.TextDocumentShowOptions = { viewColumn: vscode.ViewColumn.Beside, preview: true };
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), options);
}
