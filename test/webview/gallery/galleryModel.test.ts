import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { TsyndError } from '../../../src/protocol/errors.ts';
import type { GalleryApi, GalleryEvents, GallerySnapshot } from '../../../src/protocol/galleryApi.ts';
import { RpcPeer, type Handlers, type Transport } from '../../../src/protocol/rpcPeer.ts';
import type { CurationChange, Decision } from '../../../src/protocol/sampleTable.ts';
import { galleryCommands } from '../../../webview/gallery/galleryCommands.ts';
import { GalleryModel, type GalleryHost } from '../../../webview/gallery/galleryModel.ts';
import { NO_FILTER } from '../../../webview/gallery/sampleView.ts';
import { select, selectAll } from '../../../webview/gallery/selection.ts';
import { INITIAL_VIEW_STATE, readViewState, type ViewState } from '../../../webview/gallery/viewState.ts';
import { scoresSnapshotOf, scoreTableOf, snapshotOf, tableOf } from './tables.ts';

type Ids = readonly { readonly id: string; readonly decision: Decision | undefined }[];

/** An editor that keeps decisions, with an undo of one step after the other, over a pipe as the real one has it. */
class FakeEditor {
  snapshot: GallerySnapshot;
  failure: TsyndError | undefined;
  private held: { readonly method: 'load' | 'decide'; readonly until: Promise<void> } | undefined;
  readonly calls: string[] = [];
  readonly events: RpcPeer<GalleryApi, object, GalleryEvents>;
  readonly host: GalleryHost;
  private readonly decisions = new Map<string, Decision | undefined>();
  private readonly undos: Ids[] = [];
  private readonly redos: Ids[] = [];

  constructor(snapshot: GallerySnapshot) {
    this.snapshot = snapshot;
    const [editorEnd, pageEnd] = pipe();
    this.events = new RpcPeer<GalleryApi, object, GalleryEvents>(editorEnd, this.handlers());
    this.host = new RpcPeer<object, GalleryApi, object, GalleryEvents>(pageEnd, {});
  }

  private handlers(): Handlers<GalleryApi> {
    const ok = (name: string): null => {
      this.calls.push(name);
      if (this.failure) throw this.failure;
      return null;
    };
    return {
      'gallery/load': async () => {
        ok('load');
        const { snapshot } = this;
        await this.passOn('load');
        return snapshot;
      },
      'gallery/decide': async ({ ids, decision }) => {
        const { failure } = this;
        await this.passOn('decide');
        if (failure) throw failure;
        ok(`${decision} ${ids.join(' ')}`);
        this.undos.push(ids.map((id) => ({ id, decision: this.decisions.get(id) })));
        return this.change(
          ids.map((id) => ({ id, decision: decision === 'cleared' ? undefined : decision })),
        );
      },
      'gallery/undo': () => {
        ok('undo');
        const back = this.undos.pop() ?? [];
        this.redos.push(back.map(({ id }) => ({ id, decision: this.decisions.get(id) })));
        return this.change(back);
      },
      'gallery/redo': () => {
        ok('redo');
        return this.change(this.redos.pop() ?? []);
      },
      'gallery/images': () => Promise.reject(new Error('unused')),
      'gallery/maps': () => Promise.reject(new Error('unused')),
      'gallery/sample': () => Promise.reject(new Error('unused')),
      'gallery/scoredImage': () => Promise.reject(new Error('unused')),
      'gallery/openSource': ({ id }) => ok(`openSource ${id}`),
      'gallery/openSynthetic': ({ id }) => ok(`openSynthetic ${id}`),
      'gallery/export': () => ok('export'),
      'gallery/textFocus': () => ok('textFocus'),
      'gallery/resume': () => ok('resume'),
    };
  }

  /** The next request of that kind is answered once the returned function is called. */
  hold(method: 'load' | 'decide'): () => void {
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => (release = resolve));
    this.held = { method, until };
    return release;
  }

  private async passOn(method: 'load' | 'decide'): Promise<void> {
    if (this.held?.method !== method) return;
    const { until } = this.held;
    this.held = undefined;
    await until;
  }

  private change(changed: Ids): CurationChange {
    for (const { id, decision } of changed) this.decisions.set(id, decision);
    return { changed, canUndo: this.undos.length > 0, canRedo: this.redos.length > 0 };
  }
}

/** Two ends of a pipe that delivers later, as processes do. */
function pipe(): [Transport, Transport] {
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const end = (from: 0 | 1): Transport => ({
    send: (envelope) =>
      void setImmediate(() => listeners[1 - from].forEach((listener) => listener(structuredClone(envelope)))),
    onMessage: (listener) => void listeners[from].push(listener),
  });
  return [end(0), end(1)];
}

/** Five samples with MI after 0.1 to 0.5, of classes 0 and 1 in turn. */
const SAMPLES = tableOf({ labels: [0, 1, 0, 1, 0], miAfter: [0.1, 0.2, 0.3, 0.4, 0.5] }, 5);

async function open(
  snapshot: GallerySnapshot = snapshotOf(SAMPLES),
  state: ViewState = INITIAL_VIEW_STATE,
): Promise<{ model: GalleryModel; editor: FakeEditor; stored: () => ViewState }> {
  const editor = new FakeEditor(snapshot);
  let stored = state;
  const model = new GalleryModel(editor.host, state, (value) => (stored = value));
  await model.reload();
  return { model, editor, stored: () => stored };
}

const put = (model: GalleryModel, row: number): void =>
  model.setSelection(select(model.selection, model.view, row, 'single'));
const selected = ({ selection }: GalleryModel): number[] => [...selection.rows].sort((a, b) => a - b);
/** What is decided about a row; read afresh, because it changes while a test waits. */
const stateOf = ({ run }: GalleryModel, row: number): string | undefined => run?.curation.stateOf(row);
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('GalleryModel loads', () => {
  test('all samples, in their order, without a cursor', async () => {
    const { model } = await open();
    assert.equal(model.load.kind, 'loaded');
    assert.deepEqual([...model.view], [0, 1, 2, 3, 4]);
    assert.equal(model.selection.cursor, undefined);
    assert.equal(model.state.run, '/runs/a');
  });

  test('or says why not, and again on the next try', async () => {
    const editor = new FakeEditor(snapshotOf(SAMPLES));
    editor.failure = new TsyndError('run/corrupt', 'Line 3 is damaged.', { remedy: 'Delete it.' });
    const model = new GalleryModel(editor.host, INITIAL_VIEW_STATE, () => undefined);
    await model.reload();
    assert.deepEqual(model.load, {
      kind: 'failed',
      error: { code: 'run/corrupt', message: 'Line 3 is damaged.', remedy: 'Delete it.' },
    });
    editor.failure = undefined;
    const reload = model.reload();
    assert.equal(model.load.kind, 'loading');
    await reload;
    assert.equal(model.load.kind, 'loaded');
  });

  test('what was looked at before, by ids', async () => {
    const state: ViewState = {
      ...INITIAL_VIEW_STATE,
      run: '/runs/a',
      sort: { key: 'miAfter', isDescending: true },
      filter: { ...NO_FILTER, classes: [0] },
      selection: ['s4', 's2', 's1', 'gone'],
      cursor: 's2',
    };
    const { model, stored } = await open(snapshotOf(SAMPLES), state);
    assert.deepEqual([...model.view], [4, 2, 0]);
    assert.deepEqual(selected(model), [2, 4]);
    assert.equal(model.selection.cursor, 2);
    assert.deepEqual(stored().selection, ['s4', 's2']);
  });

  test('nothing of another run but how it looked', async () => {
    const state: ViewState = { ...INITIAL_VIEW_STATE, run: '/runs/b', layer: 'source', selection: 'all' };
    const { model } = await open(snapshotOf(SAMPLES), state);
    assert.equal(model.state.layer, 'source');
    assert.deepEqual(selected(model), []);
  });

  test('again when the run has grown, with the selection as it was', async () => {
    const { model, editor } = await open();
    put(model, 3);
    editor.snapshot = snapshotOf(tableOf({ miAfter: [1, 2, 3, 4, 5, 6] }, 6));
    editor.events.emit('gallery/changed', null);
    await turn();
    assert.equal(model.view.length, 6);
    assert.deepEqual(selected(model), [3]);
  });

  test('again, while a range is being extended', async () => {
    const { model, editor } = await open();
    put(model, 1);
    model.setSelection(select(model.selection, model.view, 3, 'range'));
    editor.snapshot = snapshotOf(tableOf({ miAfter: [1, 2, 3, 4, 5, 6] }, 6));
    await model.reload();
    model.setSelection(select(model.selection, model.view, 4, 'range'));
    assert.deepEqual(selected(model), [1, 2, 3, 4]);
  });

  test('again, and selects none of the new samples, even where all were selected', async () => {
    const { model, editor } = await open();
    model.setSelection(selectAll(model.selection, model.view));
    editor.snapshot = snapshotOf(tableOf({ miAfter: [1, 2, 3, 4, 5, 6] }, 6));
    await model.reload();
    assert.deepEqual(selected(model), [0, 1, 2, 3, 4]);
  });

  test('one at a time, and once more when the run has changed meanwhile', async () => {
    const { model, editor } = await open();
    const release = editor.hold('load');
    const reload = model.reload();
    await turn();
    for (let i = 0; i < 10; i++) editor.events.emit('gallery/changed', null);
    await turn();
    assert.deepEqual(editor.calls, ['load', 'load']);
    release();
    await reload;
    assert.deepEqual(editor.calls, ['load', 'load', 'load']);
  });

  test('again, and keeps what is there when that fails', async () => {
    const { model, editor } = await open();
    editor.failure = new TsyndError('process/exited', 'The library is gone.');
    await model.reload();
    assert.equal(model.load.kind, 'loaded');
    assert.equal(model.problem?.message, 'The library is gone.');
  });
});

describe('GalleryModel narrows and orders', () => {
  test('and draws the histogram of what the other filters leave', async () => {
    const { model } = await open();
    model.filterBy({ classes: [1], miRange: { min: 0.35, max: 1 } });
    assert.deepEqual([...model.view], [3]);
    assert.equal(
      model.histogram.counts.reduce((sum, count) => sum + count, 0),
      2,
    );
  });

  test('and stores "all" for a selection of everything', async () => {
    const { model, stored } = await open();
    galleryCommands(model, { focusFilter: () => undefined }).selectAll();
    assert.equal(stored().selection, 'all');
    assert.deepEqual(selected(model), [0, 1, 2, 3, 4]);
  });
});

describe('GalleryModel decides', () => {
  test('about one and goes on to the next, at once', async () => {
    const { model, editor } = await open();
    put(model, 1);
    const decided = model.decide('accepted');
    assert.equal(model.selection.cursor, 2);
    await decided;
    assert.deepEqual(editor.calls, ['load', 'accepted s1']);
    assert.equal(stateOf(model, 1), 'accepted');
    assert.equal(model.run?.curation.count('accepted'), 1);
    assert.equal(model.announcement, 'Accepted sample s1.');
  });

  test('about each of several quick key presses once', async () => {
    const { model, editor } = await open();
    put(model, 0);
    await Promise.all([model.decide('accepted'), model.decide('rejected'), model.decide('accepted')]);
    assert.deepEqual(editor.calls.slice(1), ['accepted s0', 'rejected s1', 'accepted s2']);
    assert.equal(model.selection.cursor, 3);
  });

  test('about the last one and stays', async () => {
    const { model } = await open();
    put(model, 4);
    await model.decide('rejected');
    assert.equal(model.selection.cursor, 4);
  });

  test('about one that a filter then hides, and stands on the next', async () => {
    const { model } = await open();
    model.filterBy({ decisions: ['undecided'] });
    put(model, 1);
    await model.decide('accepted');
    assert.deepEqual([...model.view], [0, 2, 3, 4]);
    assert.equal(model.selection.cursor, 2);
    put(model, 4);
    await model.decide('accepted');
    assert.equal(model.selection.cursor, 3);
  });

  test('about a whole selection in one action, which stays selected', async () => {
    const { model, editor } = await open();
    put(model, 1);
    model.setSelection(select(model.selection, model.view, 3, 'range'));
    await model.decide('rejected');
    assert.deepEqual(editor.calls.slice(1), ['rejected s1 s2 s3']);
    assert.deepEqual(selected(model), [1, 2, 3]);
    await model.decide('cleared');
    assert.equal(model.run?.curation.count('undecided'), 5);
  });

  test('and takes it back and does it again, with the cursor on what changed', async () => {
    const { model } = await open();
    put(model, 1);
    await model.decide('accepted');
    await model.undo();
    assert.equal(stateOf(model, 1), 'undecided');
    assert.equal(model.selection.cursor, 1);
    assert.equal(model.run?.curation.canUndo, false);
    await model.undo();
    await model.redo();
    assert.equal(stateOf(model, 1), 'accepted');
  });

  test('about all that is shown only after a yes', async () => {
    const { model, editor } = await open();
    model.filterBy({ classes: [0] });
    await model.decideFiltered('accepted');
    assert.deepEqual(model.question, { decision: 'accepted', rows: [0, 2, 4] });
    await model.answer(false);
    assert.equal(model.question, undefined);
    assert.deepEqual(editor.calls, ['load']);
    await model.decideFiltered('accepted');
    await model.answer(true);
    assert.deepEqual(editor.calls, ['load', 'accepted s0 s2 s4']);
  });

  test('about a single one shown without a question, and forgets a question about a list that has changed', async () => {
    const { model, editor } = await open();
    await model.decideFiltered('rejected');
    model.filterBy({ miRange: { min: 0.45, max: 1 } });
    assert.equal(model.question, undefined);
    await model.decideFiltered('rejected');
    assert.deepEqual(editor.calls, ['load', 'rejected s4']);
  });

  test('and says what went wrong, back on the sample that it went wrong for', async () => {
    const { model, editor } = await open();
    put(model, 1);
    editor.failure = new TsyndError('file/write', 'The disk is full.', { remedy: 'Make room.' });
    await model.decide('accepted');
    assert.deepEqual(model.problem, {
      code: 'file/write',
      message: 'The disk is full.',
      remedy: 'Make room.',
    });
    assert.equal(model.selection.cursor, 1);
    assert.equal(model.run?.curation.count('accepted'), 0);
    editor.failure = undefined;
    await model.decide('accepted');
    assert.equal(model.problem, undefined);
  });

  test('and says what went wrong also when a later one went well, to a person who has gone on', async () => {
    const { model, editor } = await open();
    put(model, 0);
    const release = editor.hold('decide');
    editor.failure = new TsyndError('file/write', 'The disk is full.');
    const failing = model.decide('accepted');
    await turn();
    editor.failure = undefined;
    const working = model.decide('rejected');
    release();
    await Promise.all([failing, working]);
    assert.deepEqual([stateOf(model, 0), stateOf(model, 1)], ['undecided', 'rejected']);
    assert.equal(model.selection.cursor, 2);
    assert.equal(model.problem?.message, 'The disk is full.');
  });

  test('and shows what is on the disk when only the answer is lost', async () => {
    const { model, editor } = await open();
    put(model, 1);
    editor.snapshot = snapshotOf(SAMPLES, {
      curation: { decisions: { s1: 'accepted' }, canUndo: true, canRedo: false },
    });
    const release = editor.hold('decide');
    editor.failure = new TsyndError('process/exited', 'The library process has ended.');
    const deciding = model.decide('accepted');
    await turn();
    editor.failure = undefined;
    release();
    await deciding;
    await turn();
    assert.equal(stateOf(model, 1), 'accepted');
    assert.equal(model.run?.curation.canUndo, true);
    assert.equal(model.problem?.message, 'The library process has ended.');
  });

  test('and keeps what was decided while the samples were read again', async () => {
    const { model, editor } = await open();
    const release = editor.hold('load');
    const reload = model.reload();
    await turn();
    put(model, 2);
    await model.decide('rejected');
    assert.equal(stateOf(model, 2), 'rejected');
    release();
    await reload;
    assert.equal(stateOf(model, 2), 'rejected');
    assert.equal(model.run?.curation.canUndo, true);
    assert.equal(model.run.curation.count('rejected'), 1);
  });

  test('and asks on while the run grows, unless what it asked about has changed', async () => {
    const { model, editor } = await open();
    await model.decideFiltered('accepted');
    const { question } = model;
    editor.snapshot = snapshotOf(tableOf({ miAfter: [1, 2, 3, 4, 5, 6] }, 6));
    await model.reload();
    assert.equal(model.question, question);
    editor.snapshot = snapshotOf(tableOf({ miAfter: [1, 2, 3] }, 3));
    await model.reload();
    assert.equal(model.question, undefined);
  });

  test('nothing while another window does', async () => {
    const { model, editor } = await open(snapshotOf(SAMPLES, { heldBy: 'process 1' }));
    model.setSelection(selectAll(model.selection, model.view));
    await model.decide('accepted');
    await model.decideFiltered('accepted');
    await model.undo();
    assert.equal(model.canDecide, false);
    assert.deepEqual(editor.calls, ['load']);
  });
});

test('notices are shown once each, until they are dismissed, also after a reload', async () => {
  const gone = { severity: 'warning', message: 'The dataset is gone.' } as const;
  const { model, editor, stored } = await open(snapshotOf(SAMPLES, { notices: [gone] }));
  const changed = { severity: 'warning', message: 'The dataset has changed.' } as const;
  editor.events.emit('gallery/notices', [gone, changed]);
  await turn();
  assert.deepEqual(model.notices, [gone, changed]);
  model.dismissNotice(gone.message);
  assert.deepEqual(model.notices, [changed]);
  const again = await open(snapshotOf(SAMPLES, { notices: [gone] }), stored());
  assert.deepEqual(again.model.notices, []);
});

test('what was dismissed and is over is said again when it comes back', async () => {
  const { model, editor } = await open();
  const crashed = { severity: 'warning', message: 'The process has ended.' } as const;
  const announce = async (...notices: (typeof crashed)[]): Promise<void> => {
    editor.events.emit('gallery/notices', notices);
    await turn();
  };
  await announce(crashed);
  model.dismissNotice(crashed.message);
  await announce(crashed);
  assert.deepEqual(model.notices, []);
  await announce();
  await announce(crashed);
  assert.deepEqual(model.notices, [crashed]);
  await model.reload();
  assert.deepEqual(model.notices, []);
});

describe('a gallery of scores', () => {
  const SCORES = scoreTableOf({ loss: [1, 5, 3], splits: [0, 1, 2], duplicates: [0, -1, 0] }, 3);
  const openScores = (): ReturnType<typeof open> =>
    open(scoresSnapshotOf(SCORES), readViewState(undefined, 1000, undefined, 'scores'));

  test('begins with what is probably mislabelled, and remembers its folder', async () => {
    const { model, stored } = await openScores();
    assert.deepEqual([...model.view], [1, 2, 0]);
    const { kind, run, scores } = stored();
    assert.deepEqual([kind, run, scores], ['scores', '/runs/a', '/runs/a/scores/b']);
    model.filterBy({ splits: ['val', 'test'] });
    assert.equal(model.announcement, '2 of 3 images shown.');
  });

  test('decides about nothing, whatever key is pressed', async () => {
    const { model, editor } = await openScores();
    put(model, 2);
    const commands = galleryCommands(model, { focusFilter: () => undefined });
    const keys = ['accept', 'reject', 'clear', 'acceptFiltered', 'rejectFiltered', 'undo', 'redo'] as const;
    for (const key of keys) commands[key]();
    await turn();
    assert.deepEqual(editor.calls, ['load']);
    assert.deepEqual([model.canDecide, model.question, model.announcement], [false, undefined, '']);
    commands.layer2();
    assert.equal(model.state.layer, 'saliencyImage');
    commands.layer4();
    assert.equal(model.state.layer, 'saliencyImage');
  });

  test('says that test images decide nothing, as long as some are shown and until that is dismissed', async () => {
    const { model } = await openScores();
    const [{ severity, message }] = model.notices;
    assert.equal(severity, 'info');
    assert.match(message, /test split.+choose nothing/);
    model.filterBy({ splits: ['train', 'val'] });
    assert.deepEqual(model.notices, []);
    model.filterBy({ splits: ['test'] });
    assert.equal(model.notices.length, 1);
    model.filterBy({ miRange: { min: 1, max: 2 } });
    assert.deepEqual(model.notices, [], 'no image is shown');
    model.filterBy({ miRange: undefined });
    model.dismissNotice(message);
    await model.reload();
    assert.deepEqual(model.notices, []);
  });

  test('without test images says nothing of them', async () => {
    const { model } = await open(
      scoresSnapshotOf(scoreTableOf({ splits: [0, 1] }, 2)),
      readViewState(undefined, 1000, undefined, 'scores'),
    );
    assert.deepEqual(model.notices, []);
  });

  test('counts the images of each split and those with copies', async () => {
    const { model } = await openScores();
    assert.deepEqual([model.run?.table.splitCounts, model.run?.table.duplicateCount], [[1, 1, 1], 2]);
  });

  test('goes to a copy, also where a filter hides it', async () => {
    const { model } = await openScores();
    model.filterBy({ splits: ['test'] });
    put(model, 2);
    model.goTo('i0');
    assert.deepEqual([model.selection.cursor, [...model.view]], [0, [1, 2, 0]]);
    model.filterBy({ duplicatesOnly: true });
    model.goTo('i2');
    assert.deepEqual([model.selection.cursor, [...model.view]], [2, [2, 0]]);
  });
});

test('a screen reader hears how many samples a filter leaves', async () => {
  const { model } = await open();
  model.filterBy({ classes: [1] });
  assert.equal(model.announcement, '2 of 5 samples shown.');
});

test('details begin at the first sample where there is no cursor', async () => {
  const { model } = await open();
  model.showDetails(true);
  assert.equal(model.selection.cursor, 0);
  assert.equal(model.state.details.isOpen, true);
  assert.deepEqual(selected(model), []);
});
