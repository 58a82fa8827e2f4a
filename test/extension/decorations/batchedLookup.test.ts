import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { BatchedLookup } from '../../../src/extension/decorations/batchedLookup.ts';
import { settle } from '../../protocol/memoryPipe.ts';

interface Stage {
  readonly lookup: BatchedLookup<string>;
  readonly batches: (readonly string[])[];
  /** Lets the interval pass. */
  readonly pass: () => Promise<void>;
}

/** Knows every key but those that begin with `no`, and fails while one is `fail`. */
function start(context: TestContext, capacity = 100): Stage {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const batches: (readonly string[])[] = [];
  const lookUp = (keys: readonly string[]): Promise<Map<string, string>> => {
    batches.push([...keys]);
    if (keys.includes('fail')) return Promise.reject(new Error('The process ended.'));
    const known = keys.filter((key) => !key.startsWith('no'));
    return Promise.resolve(new Map(known.map((key) => [key, key.toUpperCase()])));
  };
  const pass = async (): Promise<void> => {
    context.mock.timers.tick(50);
    await settle();
  };
  return { lookup: new BatchedLookup(lookUp, { intervalMs: 50, capacity }), batches, pass };
}

describe('looking up in batches', () => {
  test('asks once for all that is asked for in an interval', async (context) => {
    const { lookup, batches, pass } = start(context);
    const values = Promise.all([lookup.get('a'), lookup.get('b'), lookup.get('a'), lookup.get('none')]);
    assert.deepEqual(batches, []);
    await pass();
    assert.deepEqual(await values, ['A', 'B', 'A', undefined]);
    assert.deepEqual(batches, [['a', 'b', 'none']]);
  });

  test('remembers what there is and what there is not', async (context) => {
    const { lookup, batches, pass } = start(context);
    void lookup.get('a');
    void lookup.get('none');
    await pass();
    assert.equal(await lookup.get('a'), 'A');
    assert.equal(await lookup.get('none'), undefined);
    assert.equal(batches.length, 1);
  });

  test('asks again for what it was told to forget', async (context) => {
    const { lookup, batches, pass } = start(context);
    void lookup.get('run/a');
    void lookup.get('other/b');
    await pass();
    assert.deepEqual(
      lookup.forget((key) => key.startsWith('run/')),
      ['run/a'],
    );
    const again = lookup.get('run/a');
    void lookup.get('other/b');
    await pass();
    assert.equal(await again, 'RUN/A');
    assert.deepEqual(batches.at(-1), ['run/a']);
  });

  test('passes a failure on and tries again the next time', async (context) => {
    const { lookup, batches, pass } = start(context);
    const failed = [lookup.get('fail'), lookup.get('a')].map((value) =>
      assert.rejects(value, { message: 'The process ended.' }),
    );
    await pass();
    await Promise.all(failed);
    const again = lookup.get('a');
    await pass();
    assert.equal(await again, 'A');
    assert.deepEqual(batches, [['fail', 'a'], ['a']]);
  });

  test('forgets the oldest beyond its capacity', async (context) => {
    const { lookup, batches, pass } = start(context, 2);
    const first = Promise.all(['a', 'b', 'c'].map((key) => lookup.get(key)));
    await pass();
    assert.deepEqual(await first, ['A', 'B', 'C']);
    void lookup.get('c');
    void lookup.get('a');
    await pass();
    assert.deepEqual(batches.at(-1), ['a']);
  });
});
