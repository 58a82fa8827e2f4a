/**
 * Where a command writes. With `--json`, stdout carries one JSON object a line and nothing else, and text for people
 * goes to stderr; without it, results go to stdout and remarks to stderr.
 */
export class Terminal {
  readonly isJson: boolean;

  constructor(isJson: boolean) {
    this.isJson = isJson;
  }

  /** A line of the command's result, for a person. */
  print(line: string): void {
    (this.isJson ? process.stderr : process.stdout).write(`${line}\n`);
  }

  /** A remark that is no part of the result: progress, warnings, errors. */
  remark(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  /** A line for a machine; only with `--json`. */
  emit(value: object): void {
    if (this.isJson) process.stdout.write(`${JSON.stringify(value)}\n`);
  }
}
