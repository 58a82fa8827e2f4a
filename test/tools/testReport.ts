import path from 'node:path';
import type { TestEvent } from 'node:test/reporters';

type TestFailure = Extract<TestEvent, { type: 'test:fail' }>['data'];

/** Counts test results and writes each as a line when it arrives. */
export class TestReport {
  private readonly counts = { passed: 0, failed: 0, skipped: 0 };
  private readonly failures: string[] = [];
  private readonly skips: string[] = [];
  private file = '';

  constructor(
    private readonly root: string,
    private readonly write: (text: string) => void,
  ) {}

  get hasFailures(): boolean {
    return this.counts.failed > 0;
  }

  get isEmpty(): boolean {
    return this.counts.passed + this.counts.failed + this.counts.skipped === 0;
  }

  /** One event of the stream of `run()` from node:test. */
  add(event: TestEvent): void {
    if (event.type === 'test:stdout' || event.type === 'test:stderr') this.write(event.data.message);
    if (event.type !== 'test:pass' && event.type !== 'test:fail') return;
    const { data } = event;
    this.startFile(data.file ?? '');
    const skipReason = reasonOf(data.skip) ?? reasonOf(data.todo);
    if (skipReason !== undefined) {
      this.addSkipped(data.name, skipReason);
    } else if (event.type === 'test:fail') {
      this.addFailedTest(event.data);
    } else if (data.name === data.file) {
      this.addFailed(path.basename(data.name), 'The file contains no test.');
    } else if (data.details.type !== 'suite') {
      this.addPassed(data.name, data.nesting, data.details.duration_ms);
    }
  }

  addPassed(name: string, nesting: number, elapsedMs: number): void {
    this.counts.passed++;
    this.write(`${'  '.repeat(nesting + 1)}ok    ${name} (${elapsedMs.toFixed(0)} ms)\n`);
  }

  addFailed(name: string, explanation: string): void {
    this.counts.failed++;
    this.failures.push(`${this.file} > ${name}`);
    this.write(`  FAIL  ${name}\n${indent(explanation)}\n`);
  }

  addSkipped(name: string, reason: string): void {
    this.counts.skipped++;
    this.skips.push(`${this.file} > ${name}: ${reason}`);
    this.write(`  skip  ${name} (${reason})\n`);
  }

  /** A heading for the lines that follow. */
  startFile(file: string): void {
    const name = path.isAbsolute(file) ? path.relative(this.root, file) : file;
    if (name === this.file) return;
    this.file = name;
    this.write(`\n${name}\n`);
  }

  /** What was skipped and what failed, then the counts as the last line. */
  finish(): void {
    this.writeList('SKIPPED', this.skips);
    this.writeList('FAILED', this.failures);
    const { passed, failed, skipped } = this.counts;
    this.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  }

  private addFailedTest(data: TestFailure): void {
    const { error } = data.details;
    const hasFailedSubtests = 'failureType' in error && error.failureType === 'subtestsFailed';
    if (hasFailedSubtests && data.details.type === 'suite') return;
    const name = data.name === data.file ? path.basename(data.name) : data.name;
    const cause: unknown = error.cause;
    this.addFailed(name, cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  }

  private writeList(heading: string, entries: readonly string[]): void {
    if (entries.length === 0) return;
    this.write(`\n${heading} (${entries.length})\n${entries.map((entry) => `  ${entry}\n`).join('')}`);
  }
}

function reasonOf(mark: string | boolean | undefined): string | undefined {
  if (mark === undefined || mark === false) return undefined;
  return typeof mark === 'string' && mark !== '' ? mark : 'no reason given';
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '        ');
}
