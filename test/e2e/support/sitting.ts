import type { TestContext } from 'node:test';
import { screenshot, type Editor } from './editor.ts';

/** Tests that go on where the one before ended: after a failure, which is photographed, the others are skipped. */
export class Sitting {
  private failedStep: string | undefined;

  constructor(
    private readonly name: string,
    private readonly editor: () => Editor,
  ) {}

  /** What to give to `test`. */
  step(run: () => Promise<void>): (t: TestContext) => Promise<void> {
    return async (t) => {
      if (this.failedStep !== undefined) {
        t.skip(`'${this.failedStep}' failed before`);
        return;
      }
      try {
        await run();
      } catch (error) {
        this.failedStep = t.name;
        await screenshot(this.editor().page, `failed-${this.name}`);
        throw error;
      }
    };
  }
}
