import { appendFileSync } from 'node:fs';

/** A line of the file that the tests' results go to, since the extension host has no other way out. */
export interface HostTestResult {
  readonly file: string;
  readonly name: string;
  readonly elapsedMs: number;
  /** Absent when the test passed. */
  readonly error?: string;
}

interface HostTest {
  readonly file: string;
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

const TEST_TIMEOUT_MS = 60_000;

const tests: HostTest[] = [];
let currentFile = '';

/** A test that runs inside the extension host, where `vscode` can be imported. */
export function hostTest(name: string, run: () => Promise<void> | void): void {
  tests.push({ file: currentFile, name, run });
}

/** The tests that follow are of this file. */
export function startFile(file: string): void {
  currentFile = file;
}

/** What VS Code calls; `TSYND_HOST_TEST_RESULTS` names the file of results. */
export async function run(): Promise<void> {
  const results = process.env.TSYND_HOST_TEST_RESULTS;
  if (results === undefined) throw new Error('TSYND_HOST_TEST_RESULTS is not set.');
  for (const { file, name, run: runTest } of tests) {
    const startedAt = performance.now();
    let error: string | undefined;
    try {
      await inTime(Promise.resolve().then(runTest));
    } catch (caught) {
      error = caught instanceof Error ? (caught.stack ?? caught.message) : String(caught);
    }
    const elapsedMs = performance.now() - startedAt;
    const result: HostTestResult = { file, name, elapsedMs, ...(error === undefined ? {} : { error }) };
    appendFileSync(results, `${JSON.stringify(result)}\n`);
  }
}

async function inTime(test: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The test did not end within ${TEST_TIMEOUT_MS / 1000} s.`)),
      TEST_TIMEOUT_MS,
    );
  });
  try {
    await Promise.race([test, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
