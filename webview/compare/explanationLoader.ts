import type { AdversarialChoices, AdversarialExplanation } from '../../src/protocol/explanations.ts';
import { failed, ready, WAITING, type Loadable } from '../shared/loadable.ts';

/** The rows that are open. */
export interface ExplanationPlan {
  readonly runs: readonly string[];
  readonly ids: readonly string[];
  readonly choices: AdversarialChoices;
}

export interface ExplanationLoaderOptions {
  readonly fetch: (
    run: string,
    id: string,
    choices: AdversarialChoices,
    signal: AbortSignal,
  ) => Promise<AdversarialExplanation>;
  readonly onChange: () => void;
}

/** Asks for all that an adversarial map is made of, for the rows that are open; what is closed again is cancelled. */
export class ExplanationLoader {
  private readonly options: ExplanationLoaderOptions;
  private readonly known = new Map<string, Loadable<AdversarialExplanation>>();
  private readonly running = new Map<string, AbortController>();

  constructor(options: ExplanationLoaderOptions) {
    this.options = options;
  }

  get(run: string, id: string, choices: AdversarialChoices): Loadable<AdversarialExplanation> {
    return this.known.get(keyOf(run, id, choices)) ?? WAITING;
  }

  want({ runs, ids, choices }: ExplanationPlan): void {
    const wanted = new Map(
      ids.flatMap((id) => runs.map((run) => [keyOf(run, id, choices), { run, id }] as const)),
    );
    for (const [key, abort] of this.running) {
      if (wanted.has(key)) continue;
      this.running.delete(key);
      abort.abort();
    }
    for (const [key, { run, id }] of wanted) {
      if (!this.known.has(key) && !this.running.has(key)) void this.ask(key, run, id, choices);
    }
  }

  /** Forgets failures; `want` asks again. */
  retry(): void {
    for (const [key, { status }] of this.known) if (status === 'failed') this.known.delete(key);
  }

  get hasFailures(): boolean {
    return [...this.known.values()].some(({ status }) => status === 'failed');
  }

  clear(): void {
    for (const abort of this.running.values()) abort.abort();
    this.running.clear();
    this.known.clear();
  }

  private async ask(key: string, run: string, id: string, choices: AdversarialChoices): Promise<void> {
    const abort = new AbortController();
    this.running.set(key, abort);
    let result: Loadable<AdversarialExplanation>;
    try {
      result = ready(await this.options.fetch(run, id, choices, abort.signal));
    } catch (error) {
      result = failed(error);
    }
    if (this.running.get(key) !== abort) return;
    this.running.delete(key);
    this.known.set(key, result);
    this.options.onChange();
  }
}

function keyOf(run: string, id: string, { target, steps, learningRate }: AdversarialChoices): string {
  return JSON.stringify([run, id, target, steps, learningRate]);
}
