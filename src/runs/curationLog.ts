import { z } from 'zod';

/** A line of curation.jsonl: what a person decided about one synthetic image, and when. */
export const curationDecisionSchema = z.strictObject({
  /** Lines of the same time are one action, undone and redone as one. */
  time: z.iso.datetime(),
  sampleId: z.string().min(1),
  /** `cleared` takes the decision away; `undone` takes back the last line about the image. */
  decision: z.enum(['accepted', 'rejected', 'cleared', 'undone']),
});

export type CurationDecision = z.infer<typeof curationDecisionSchema>;

/** What holds, by sample id; images without a decision are absent. */
export type CurationState = ReadonlyMap<string, 'accepted' | 'rejected'>;

/** What holds after these decisions. */
export function curationState(decisions: readonly CurationDecision[]): CurationState {
  return new CurationHistory(decisions).state;
}

/** The lines of one action, all of the same time. */
export type CurationAction = readonly CurationDecision[];

type Standing = 'accepted' | 'rejected' | 'cleared';

/**
 * What the lines of curation.jsonl add up to: what holds for each image, and which actions can be undone and redone.
 * It is a function of the lines alone, so that a window that was killed finds everything again.
 */
export class CurationHistory {
  /** For each image all that stands about it, the newest last. */
  private readonly standing = new Map<string, Standing[]>();
  private readonly current = new Map<string, 'accepted' | 'rejected'>();
  private readonly done: CurationAction[] = [];
  private readonly undone: CurationAction[] = [];
  private lastTime = '';

  constructor(decisions: readonly CurationDecision[] = []) {
    for (let start = 0; start < decisions.length;) {
      let end = start + 1;
      while (end < decisions.length && decisions[end].time === decisions[start].time) end++;
      this.apply(decisions.slice(start, end));
      start = end;
    }
  }

  get state(): CurationState {
    return this.current;
  }

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** The action that decides about images; images for which that already holds are left out, so it may be empty. */
  decide(ids: readonly string[], decision: Standing, now: Date): CurationAction {
    const wanted = decision === 'cleared' ? undefined : decision;
    const changing = [...new Set(ids)].filter((id) => this.current.get(id) !== wanted);
    const time = this.timeOf(now);
    return changing.map((sampleId) => ({ time, sampleId, decision }));
  }

  /** The action that takes back the last one, empty where there is none. */
  undo(now: Date): CurationAction {
    const time = this.timeOf(now);
    return (this.done.at(-1) ?? []).map(({ sampleId }) => ({ time, sampleId, decision: 'undone' }));
  }

  /** The action that repeats what was undone last, empty where there is none. */
  redo(now: Date): CurationAction {
    const time = this.timeOf(now);
    return (this.undone.at(-1) ?? []).map((line) => ({ ...line, time }));
  }

  /** Takes an action over that stands in the log. */
  apply(action: CurationAction): void {
    for (const { sampleId, decision } of action) this.applyLine(sampleId, decision);
    this.lastTime = action.at(-1)?.time ?? this.lastTime;
    if (action.every(({ decision }) => decision === 'undone')) {
      this.takeBack(new Set(action.map(({ sampleId }) => sampleId)));
    } else if (isSameAction(action, this.undone.at(-1))) {
      this.done.push(this.undone.pop()!);
    } else {
      this.done.push(action);
      this.undone.length = 0;
    }
  }

  /** Of an undo that a kill cut short, the rest can still be undone. */
  private takeBack(ids: ReadonlySet<string>): void {
    const last = this.done.pop() ?? [];
    const [rest, taken] = [false, true].map((isTaken) =>
      last.filter(({ sampleId }) => ids.has(sampleId) === isTaken),
    );
    if (rest.length > 0) this.done.push(rest);
    if (taken.length > 0) this.undone.push(taken);
  }

  private applyLine(sampleId: string, decision: CurationDecision['decision']): void {
    const lines = this.standing.get(sampleId) ?? [];
    this.standing.set(sampleId, lines);
    if (decision === 'undone') lines.pop();
    else lines.push(decision);
    const last = lines.at(-1) ?? 'cleared';
    if (last === 'cleared') this.current.delete(sampleId);
    else this.current.set(sampleId, last);
  }

  /** Actions of one millisecond would be read back as one, so each gets a later time than the one before. */
  private timeOf(now: Date): string {
    const time = now.toISOString();
    if (time > this.lastTime) return time;
    return new Date(Date.parse(this.lastTime) + 1).toISOString();
  }
}

function isSameAction(a: CurationAction, b: CurationAction | undefined): boolean {
  if (a.length !== b?.length) return false;
  return a.every(
    ({ sampleId, decision }, index) => sampleId === b[index].sampleId && decision === b[index].decision,
  );
}
