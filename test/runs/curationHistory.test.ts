import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { randomKey, integers } from '../../src/engine/random.ts';
import { CurationHistory, type CurationAction, type CurationDecision } from '../../src/runs/curationLog.ts';

const NOW = new Date('2026-01-31T12:00:00.000Z');

/** A history with its log, as a session keeps it. */
class Curator {
  readonly history = new CurationHistory();
  readonly log: CurationDecision[] = [];

  decide(ids: readonly string[], decision: 'accepted' | 'rejected' | 'cleared'): this {
    return this.record(this.history.decide(ids, decision, NOW));
  }
  undo(): this {
    return this.record(this.history.undo(NOW));
  }
  redo(): this {
    return this.record(this.history.redo(NOW));
  }
  get state(): Record<string, string> {
    return Object.fromEntries(this.history.state);
  }

  private record(action: CurationAction): this {
    this.log.push(...action);
    if (action.length > 0) this.history.apply(action);
    return this;
  }
}

describe('curation history', () => {
  test('an action of many images is undone and redone as one', () => {
    const curator = new Curator().decide(['a', 'b', 'c'], 'accepted').decide(['b'], 'rejected');
    assert.deepEqual(curator.state, { a: 'accepted', b: 'rejected', c: 'accepted' });
    assert.deepEqual(curator.undo().state, { a: 'accepted', b: 'accepted', c: 'accepted' });
    assert.deepEqual(curator.undo().state, {});
    assert.equal(curator.history.canUndo, false);
    assert.deepEqual(curator.redo().redo().state, { a: 'accepted', b: 'rejected', c: 'accepted' });
    assert.equal(curator.history.canRedo, false);
  });

  test('what goes back to an earlier decision by hand is an action of its own', () => {
    const curator = new Curator()
      .decide(['a'], 'accepted')
      .decide(['a'], 'rejected')
      .decide(['a'], 'accepted');
    assert.deepEqual(curator.undo().state, { a: 'rejected' });
  });

  test('clearing is undone to the decision before it', () => {
    const curator = new Curator().decide(['a'], 'rejected').decide(['a'], 'cleared');
    assert.deepEqual(curator.state, {});
    assert.deepEqual(curator.undo().state, { a: 'rejected' });
  });

  test('a new decision forgets what could be redone', () => {
    const curator = new Curator().decide(['a'], 'accepted').undo().decide(['b'], 'accepted');
    assert.equal(curator.history.canRedo, false);
    assert.deepEqual(curator.redo().state, { b: 'accepted' });
  });

  test('what already holds is not written again', () => {
    const curator = new Curator()
      .decide(['a', 'a'], 'accepted')
      .decide(['a'], 'accepted')
      .decide(['z'], 'cleared');
    assert.equal(curator.log.length, 1);
  });

  test('lines that a person wrote by hand are taken as far as they make sense', () => {
    const time = NOW.toISOString();
    const history = new CurationHistory([
      { time, sampleId: 'a', decision: 'undone' },
      { time: '2026-01-31T12:00:01.000Z', sampleId: 'a', decision: 'accepted' },
    ]);
    assert.deepEqual(Object.fromEntries(history.state), { a: 'accepted' });
  });

  test('of an undo that was cut short the rest is undone, and no earlier decision', () => {
    const curator = new Curator().decide(['a', 'b', 'c'], 'accepted').decide(['a', 'b'], 'rejected').undo();
    const history = new CurationHistory(curator.log.slice(0, -1));
    assert.deepEqual(Object.fromEntries(history.state), { a: 'accepted', b: 'rejected', c: 'accepted' });
    history.apply(history.undo(NOW));
    const before = { a: 'accepted', b: 'accepted', c: 'accepted' };
    assert.deepEqual(Object.fromEntries(history.state), before);
    history.apply(history.redo(NOW));
    history.apply(history.redo(NOW));
    assert.deepEqual(Object.fromEntries(history.state), { a: 'rejected', b: 'rejected', c: 'accepted' });
    for (let count = 0; count < 3; count++) history.apply(history.undo(NOW));
    assert.deepEqual(Object.fromEntries(history.state), {});
    assert.equal(history.canUndo, false);
  });

  test('any sequence of actions is read back from its lines, with what can be undone and redone', () => {
    for (let seed = 0; seed < 200; seed++) {
      const draws = [...integers(randomKey(seed), 60, 1000)];
      const next = (below: number): number => (draws.pop() ?? 0) % below;
      const curator = new Curator();
      const states: Record<string, string>[] = [];
      while (draws.length > 8) {
        const kind = next(5);
        if (kind === 0) curator.undo();
        else if (kind === 1) curator.redo();
        else {
          const ids = Array.from({ length: 1 + next(3) }, () => 'abcde'[next(5)]);
          const decision = (['accepted', 'rejected', 'cleared'] as const)[next(3)];
          curator.decide(ids, decision);
        }
        const reread = new CurationHistory(curator.log);
        assert.deepEqual(Object.fromEntries(reread.state), curator.state, `seed ${seed}`);
        assert.equal(reread.canUndo, curator.history.canUndo, `seed ${seed}`);
        assert.equal(reread.canRedo, curator.history.canRedo, `seed ${seed}`);
        states.push(curator.state);
      }
      const before = curator.state;
      if (curator.history.canUndo) assert.deepEqual(curator.undo().redo().state, before, `seed ${seed}`);
      while (curator.history.canUndo) curator.undo();
      assert.deepEqual(curator.state, {}, `seed ${seed}: all undone`);
    }
  });
});
