/** Where a step stands, for its title and its back button. */
export interface StepPlace {
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
  readonly canGoBack: boolean;
}

/** How a question ended: with an answer, or with the wish to see the one before, or to leave it all. */
export type Answer<T> = { readonly kind: 'next'; readonly value: T } | 'back' | 'cancel';

/** An answer, where going back may take along what was said before. */
export type StepResult<State> = Answer<State> | { readonly kind: 'back'; readonly value: State };

/** Asks one question about what is known so far, and says what is known then. */
export type Step<State> = (state: State, place: StepPlace) => Promise<StepResult<State>>;

/**
 * Asks all questions in their order. Going back asks the one before again, with all that was answered since still known,
 * so that a person who goes back to look does not have to answer twice.
 *
 * @param stepsBefore questions that were asked before these; with some, the first of these can be gone back from
 */
export async function runSteps<State>(
  steps: readonly Step<State>[],
  initial: State,
  stepsBefore = 0,
): Promise<Answer<State>> {
  let state = initial;
  let index = 0;
  while (index < steps.length) {
    const result = await steps[index](state, {
      step: stepsBefore + index + 1,
      totalSteps: stepsBefore + steps.length,
      canGoBack: stepsBefore + index > 0,
    });
    if (result === 'cancel') return 'cancel';
    if (result !== 'back') state = result.value;
    index += result === 'back' || result.kind === 'back' ? -1 : 1;
    if (index < 0) return 'back';
  }
  return { kind: 'next', value: state };
}

/** The answer with its value changed; going back and leaving stay as they are. */
export function mapAnswer<A, B>(answer: Answer<A>, change: (value: A) => B): Answer<B> {
  return typeof answer === 'string' ? answer : { kind: 'next', value: change(answer.value) };
}
