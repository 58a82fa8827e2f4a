import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { integers, randomKey } from '../../../src/engine/random.ts';
import {
  mapAnswer,
  runSteps,
  type Step,
  type StepPlace,
  type StepResult,
} from '../../../src/extension/generate/multiStep.ts';

type State = readonly string[];

/** Steps that answer from a script, and a record of how each was asked. */
function scripted(
  names: readonly string[],
  script: readonly ('next' | 'back' | 'cancel' | 'backWith')[],
): { readonly steps: Step<State>[]; readonly asked: string[]; readonly places: StepPlace[] } {
  const answers = [...script];
  const asked: string[] = [];
  const places: StepPlace[] = [];
  const steps = names.map((name): Step<State> => (state, place) => {
    asked.push(name);
    places.push(place);
    const answer = answers.shift() ?? 'cancel';
    const value = [...state, name];
    let result: StepResult<State>;
    if (answer === 'next') result = { kind: 'next', value };
    else if (answer === 'backWith') result = { kind: 'back', value };
    else result = answer;
    return Promise.resolve(result);
  });
  return { steps, asked, places };
}

describe('runSteps', () => {
  test('asks in order and gives what is known at the end', async () => {
    const { steps, asked, places } = scripted(['a', 'b', 'c'], ['next', 'next', 'next']);
    assert.deepEqual(await runSteps(steps, []), { kind: 'next', value: ['a', 'b', 'c'] });
    assert.deepEqual(asked, ['a', 'b', 'c']);
    assert.deepEqual(places, [
      { step: 1, totalSteps: 3, canGoBack: false },
      { step: 2, totalSteps: 3, canGoBack: true },
      { step: 3, totalSteps: 3, canGoBack: true },
    ]);
  });

  test('going back asks the step before again, with later answers still known', async () => {
    const { steps, asked } = scripted(['a', 'b'], ['next', 'back', 'next', 'next']);
    const answer = await runSteps(steps, []);
    assert.deepEqual(asked, ['a', 'b', 'a', 'b']);
    assert.deepEqual(answer, { kind: 'next', value: ['a', 'a', 'b'] });
  });

  test('a step can take along what was said when it is gone back from', async () => {
    const { steps } = scripted(['a', 'b'], ['next', 'backWith', 'next', 'next']);
    assert.deepEqual(await runSteps(steps, []), { kind: 'next', value: ['a', 'b', 'a', 'b'] });
  });

  test('leaving any step leaves all', async () => {
    const { steps, asked } = scripted(['a', 'b', 'c'], ['next', 'cancel', 'next']);
    assert.equal(await runSteps(steps, []), 'cancel');
    assert.deepEqual(asked, ['a', 'b']);
  });

  test('counts questions asked before, and goes back to them', async () => {
    const { steps, places } = scripted(['a', 'b'], ['back']);
    assert.equal(await runSteps(steps, [], 1), 'back');
    assert.deepEqual(places, [{ step: 2, totalSteps: 3, canGoBack: true }]);
  });

  test('any walk moves one step at a time and ends where the answers say', async () => {
    const kinds = ['next', 'next', 'back', 'backWith', 'cancel'] as const;
    const names = ['a', 'b', 'c', 'd'];
    for (let walk = 0; walk < 200; walk++) {
      const draws = integers(randomKey(walk), 40, 1000);
      // Leaving is rare, so that walks are long.
      const script = [...draws].map((draw) => kinds[draw < 30 ? 4 : draw % 4]);
      const { steps, asked } = scripted(names, script);
      const answer = await runSteps(steps, []);
      let position = 0;
      script.slice(0, asked.length).forEach((said, index) => {
        assert.equal(asked[index], names[position]);
        position += said === 'next' ? 1 : -1;
      });
      const last = script.at(asked.length - 1) ?? 'cancel';
      if (last === 'next') assert.equal(position, names.length);
      else if (last !== 'cancel') assert.equal(position, -1);
      assert.equal(typeof answer === 'string' ? answer : answer.kind, last === 'backWith' ? 'back' : last);
    }
  });
});

test('mapAnswer changes values only', () => {
  assert.deepEqual(
    mapAnswer({ kind: 'next', value: 2 }, (value) => value * 2),
    { kind: 'next', value: 4 },
  );
  const never = (): never => assert.fail('there is no value');
  assert.equal(mapAnswer('back', never), 'back');
  assert.equal(mapAnswer('cancel', never), 'cancel');
});
