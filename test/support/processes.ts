import { after } from 'node:test';
import {
  SupervisedProcess,
  type SupervisedProcessOptions,
} from '../../src/extension/processes/supervisedProcess.ts';
import type { ComputeApi } from '../../src/protocol/computeApi.ts';
import type { Api } from '../../src/protocol/envelope.ts';
import { TsyndError } from '../../src/protocol/errors.ts';
import type { LibraryApi } from '../../src/protocol/libraryApi.ts';
import { builtProgram } from './builtProgram.ts';

export interface TestProcess<A extends Api<A>> {
  readonly client: SupervisedProcess<A>;
  /** What the process wrote, and what was remarkable about it. */
  readonly lines: readonly string[];
}

/** The built compute process, as the extension starts it; stopped after the tests of the file. */
export function computeProcess(limits: SupervisedProcessOptions['limits'] = {}): TestProcess<ComputeApi> {
  return supervise<ComputeApi>('compute', limits);
}

/** The built library process, as the extension starts it; stopped after the tests of the file. */
export function libraryProcess(limits: SupervisedProcessOptions['limits'] = {}): TestProcess<LibraryApi> {
  return supervise<LibraryApi>('library', limits);
}

/** What a request was refused with; fails where it was not, or with something else than a TsyndError. */
export async function failureOf(request: Promise<unknown>): Promise<TsyndError> {
  const outcome = await request.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof TsyndError) return outcome;
  throw new Error('The request did not fail as it should.', { cause: outcome });
}

function supervise<A extends Api<A>>(
  name: 'compute' | 'library',
  limits: SupervisedProcessOptions['limits'] = {},
): TestProcess<A> {
  const lines: string[] = [];
  const client = new SupervisedProcess<A>({
    title: `${name} process`,
    script: builtProgram(`${name}.mjs`),
    log: (line) => lines.push(line),
    limits,
  });
  after(() => client.stop());
  return { client, lines };
}
