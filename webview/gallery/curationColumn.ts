import type { CurationChange, CurationSnapshot } from '../../src/protocol/sampleTable.ts';
import { DECISION_STATES, stateCode, type DecisionColumn, type DecisionState } from './sampleView.ts';

/** What was decided, one entry a row of the table, with its counts. */
export class CurationColumn {
  readonly codes: DecisionColumn;
  canUndo: boolean;
  canRedo: boolean;
  private readonly rowOfId: ReadonlyMap<string, number>;
  private readonly counts: Record<DecisionState, number>;

  constructor(rowOfId: ReadonlyMap<string, number>, snapshot: CurationSnapshot) {
    this.rowOfId = rowOfId;
    this.codes = new Uint8Array(rowOfId.size);
    this.counts = { undecided: rowOfId.size, accepted: 0, rejected: 0 };
    this.canUndo = snapshot.canUndo;
    this.canRedo = snapshot.canRedo;
    this.set(Object.entries(snapshot.decisions).map(([id, decision]) => ({ id, decision })));
  }

  stateOf(row: number): DecisionState {
    return DECISION_STATES[this.codes[row]];
  }

  count(state: DecisionState): number {
    return this.counts[state];
  }

  /** Returns the rows that the change speaks of, in the table's order. */
  apply({ changed, canUndo, canRedo }: CurationChange): number[] {
    this.canUndo = canUndo;
    this.canRedo = canRedo;
    return this.set(changed);
  }

  /** Ids that the table lacks belong to samples that came after it was read; the next table has them. */
  private set(changed: CurationChange['changed']): number[] {
    const rows: number[] = [];
    for (const { id, decision } of changed) {
      const row = this.rowOfId.get(id);
      if (row === undefined) continue;
      this.counts[this.stateOf(row)]--;
      this.codes[row] = stateCode(decision);
      this.counts[this.stateOf(row)]++;
      rows.push(row);
    }
    return rows.sort((a, b) => a - b);
  }
}
