import { describeError, TsyndError } from '../../src/protocol/errors.ts';

/** One thing that is fetched: `of` says what of the sample, and things of one kind may be asked for together. */
export interface BatchKey<Kind> {
  readonly of: Kind;
  readonly id: string;
}

export type BatchEntry<Value> =
  { readonly value: Value } | { readonly value?: undefined; readonly missing: string };

/** An answer; what it says nothing of is missing. */
export interface FetchedBatch<Value> {
  readonly found: readonly { readonly id: string; readonly value: Value }[];
  readonly missing: readonly { readonly id: string; readonly reason: string }[];
}

export interface BatchCacheOptions<Kind, Value> {
  readonly fetch: (ids: readonly string[], of: Kind, signal: AbortSignal) => Promise<FetchedBatch<Value>>;
  /** Kinds with the same name are the same. */
  readonly nameOf: (of: Kind) => string;
  readonly bytesOf: (value: Value) => number;
  /** Of what an answer said nothing about, in one sentence. */
  readonly unsaid: string;
  /** Called when values, or reasons why there are none, have come, and when a kind's trouble begins or ends. */
  readonly onChange: () => void;
  readonly capacityBytes: number;
  /** Things a request, at most. */
  readonly batchSize: number;
  /** Calls back once after a while; `setTimeout` unless a test wants to be the clock. */
  readonly delay?: ((ms: number, callback: () => void) => void) | undefined;
}

interface Batch {
  readonly keys: readonly string[];
  readonly controller: AbortController;
}

/** Requests of a kind that failed in a row. */
interface Trouble {
  readonly attempts: number;
  readonly message: string;
  /** Until the next attempt; for good after the last one, until `retry`. */
  readonly isPaused: boolean;
  readonly isGivenUp: boolean;
}

const LEAST_IN_BATCH = 8;
/** So that a message of large values does not hold up a frame. */
const BATCH_BYTES = 2 * 2 ** 20;
const MAX_IN_FLIGHT = 2;
const MAX_ATTEMPTS = 3;
const FIRST_DELAY_MS = 1000;

/**
 * What the page has of its samples, least recently used first out, and the requests for what it wants: what is on the
 * screen before what lies around it, and none for what was scrolled away meanwhile. A few at once, cancelled ones that
 * have not ended yet among them: however fast a person scrolls, no queue grows where they are answered.
 */
export class BatchCache<Kind, Value> {
  private readonly entries = new Map<string, BatchEntry<Value>>();
  private readonly inFlight = new Set<Batch>();
  private readonly troubles = new Map<string, Trouble>();
  private wanted: readonly (readonly BatchKey<Kind>[])[] = [];
  private wantedKeys: ReadonlySet<string> = new Set();
  private usedBytes = 0;
  private readonly options: BatchCacheOptions<Kind, Value>;
  private batchSize: number;
  private readonly delay: (ms: number, callback: () => void) => void;

  constructor(options: BatchCacheOptions<Kind, Value>) {
    this.options = options;
    this.batchSize = options.batchSize;
    this.delay = options.delay ?? ((ms, callback) => void setTimeout(callback, ms));
  }

  get sizeBytes(): number {
    return this.usedBytes;
  }

  /** What is known; undefined while it is on its way. Reading keeps it from being dropped next. */
  get(wanted: BatchKey<Kind>): BatchEntry<Value> | undefined {
    const key = this.keyOf(wanted);
    const entry = this.entries.get(key);
    if (entry) {
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    return entry;
  }

  /** Why a kind's values do not come, once asking again has been given up. */
  troubleOf(of: Kind): string | undefined {
    const trouble = this.troubles.get(this.options.nameOf(of));
    return trouble?.isGivenUp ? trouble.message : undefined;
  }

  /** Replaces what is wanted. Requests of which nothing is wanted any more are cancelled. */
  want(visible: readonly BatchKey<Kind>[], margin: readonly BatchKey<Kind>[]): void {
    this.wanted = [visible, margin];
    this.wantedKeys = new Set([...visible, ...margin].map((key) => this.keyOf(key)));
    for (const { keys, controller } of this.inFlight) {
      if (!keys.some((key) => this.wantedKeys.has(key))) controller.abort();
    }
    this.fetchNext();
  }

  /** Asks again for what could not be had. */
  retry(): void {
    this.troubles.clear();
    for (const [key, entry] of this.entries) if (entry.value === undefined) this.entries.delete(key);
    this.fetchNext();
  }

  private keyOf({ of, id }: BatchKey<Kind>): string {
    return `${this.options.nameOf(of)}/${id}`;
  }

  private fetchNext(): void {
    while (this.inFlight.size < MAX_IN_FLIGHT) {
      const next = this.nextBatch();
      if (!next) return;
      void this.fetchBatch(next.of, next.ids);
    }
  }

  /** The most urgent that is neither here nor on its way, of one kind and one urgency. */
  private nextBatch(): { readonly of: Kind; readonly ids: readonly string[] } | undefined {
    const { nameOf } = this.options;
    const coming = [...this.inFlight].filter(({ controller }) => !controller.signal.aborted);
    const onTheWay = new Set(coming.flatMap(({ keys }) => keys));
    for (const keys of this.wanted) {
      const open = keys.filter((wanted) => {
        const key = this.keyOf(wanted);
        return (
          !this.entries.has(key) &&
          !onTheWay.has(key) &&
          this.troubles.get(nameOf(wanted.of))?.isPaused !== true
        );
      });
      if (open.length === 0) continue;
      const { of } = open[0];
      const ids = open.filter((key) => nameOf(key.of) === nameOf(of)).map(({ id }) => id);
      return { of, ids: [...new Set(ids)].slice(0, this.batchSize) };
    }
    return undefined;
  }

  private async fetchBatch(of: Kind, ids: readonly string[]): Promise<void> {
    const batch: Batch = {
      keys: ids.map((id) => this.keyOf({ of, id })),
      controller: new AbortController(),
    };
    this.inFlight.add(batch);
    let fetched: FetchedBatch<Value> | undefined;
    let failure: unknown;
    try {
      fetched = await this.options.fetch(ids, of, batch.controller.signal);
    } catch (error) {
      failure = error;
    }
    this.inFlight.delete(batch);
    // Of a cancelled request the answer does not matter.
    if (!batch.controller.signal.aborted) {
      if (fetched) {
        this.store(of, ids, fetched);
        this.troubles.delete(this.options.nameOf(of));
      } else this.failed(of, failure);
      this.options.onChange();
    }
    this.fetchNext();
  }

  private store(of: Kind, asked: readonly string[], { found, missing }: FetchedBatch<Value>): void {
    const { bytesOf, batchSize, unsaid } = this.options;
    if (found.length > 0) {
      const fitting = Math.floor(BATCH_BYTES / Math.max(1, bytesOf(found[0].value)));
      this.batchSize = Math.min(batchSize, Math.max(LEAST_IN_BATCH, fitting));
    }
    for (const { id, value } of found) this.put(this.keyOf({ of, id }), { value });
    for (const { id, reason } of missing) this.put(this.keyOf({ of, id }), { missing: reason });
    for (const id of asked) {
      const key = this.keyOf({ of, id });
      if (!this.entries.has(key)) this.put(key, { missing: unsaid });
    }
    this.dropOldest();
  }

  private put(key: string, entry: BatchEntry<Value>): void {
    this.drop(key);
    this.entries.set(key, entry);
    this.usedBytes += this.bytesOf(entry);
  }

  private drop(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.usedBytes -= this.bytesOf(entry);
  }

  private bytesOf({ value }: BatchEntry<Value>): number {
    return value === undefined ? 0 : this.options.bytesOf(value);
  }

  /** What is wanted stays in any case: dropping it would only ask for it again. */
  private dropOldest(): void {
    for (const key of this.entries.keys()) {
      if (this.usedBytes <= this.options.capacityBytes) return;
      if (!this.wantedKeys.has(key)) this.drop(key);
    }
  }

  private failed(of: Kind, error: unknown): void {
    const name = this.options.nameOf(of);
    const attempts = (this.troubles.get(name)?.attempts ?? 0) + 1;
    const isGivenUp = attempts >= MAX_ATTEMPTS || !mayPass(error);
    const trouble: Trouble = { attempts, message: describeError(error), isPaused: true, isGivenUp };
    this.troubles.set(name, trouble);
    if (isGivenUp) return;
    this.delay(FIRST_DELAY_MS * 2 ** (attempts - 1), () => {
      if (this.troubles.get(name) !== trouble) return; // Somebody has retried meanwhile.
      this.troubles.set(name, { ...trouble, isPaused: false });
      this.fetchNext();
    });
  }
}

/** Whether the same request may work a moment later, with nothing done by a person. */
function mayPass(error: unknown): boolean {
  return (
    !(error instanceof TsyndError) || (error.fault === 'program' && error.code !== 'process/unavailable')
  );
}
