import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ExperimentSummary } from '../../protocol/libraryApi.ts';
import { evaluationPaths } from '../evaluation/evaluationPaths.ts';
import { experimentPaths } from '../experiment/experimentPaths.ts';
import { findExperiment } from '../experiment/readExperiment.ts';

/** The experiments in these folders, newest first. What is none, or cannot be read, is passed over. */
export async function listExperiments(folders: readonly string[]): Promise<readonly ExperimentSummary[]> {
  const roots = [...new Set(folders.map((folder) => path.resolve(folder)))];
  const summaries: ExperimentSummary[] = [];
  for (const root of roots) {
    for (const name of await readdir(root).catch(() => [])) {
      const summary = await summarize(path.join(root, name));
      if (summary) summaries.push(summary);
    }
  }
  return summaries.sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}

async function summarize(folder: string): Promise<ExperimentSummary | undefined> {
  const plan = await findExperiment(folder).catch(() => undefined);
  if (!plan) return undefined;
  const { cells: root } = experimentPaths(folder);
  // An evaluation is what a cell gets last.
  const finished = await Promise.all(
    plan.cells.map(({ id }) => isThere(evaluationPaths(path.join(root, id)).record)),
  );
  const { title, createdAt, cells } = plan;
  return { folder, title, createdAt, cells: cells.length, finished: finished.filter(Boolean).length };
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}
