import path from 'node:path';

/** The folder of experiments that belongs to a folder of runs: `.tsynd/experiments` beside `.tsynd/runs`. */
export function experimentsBeside(runsFolder: string): string {
  return path.join(path.dirname(runsFolder), 'experiments');
}

/** The folder of the experiment that a file describes, in the folder of experiments: `table1.yaml` goes to `table1`. */
export function folderOfFile(experimentsFolder: string, file: string): string {
  return path.join(experimentsFolder, path.basename(file).replace(/\.ya?ml$/i, ''));
}
