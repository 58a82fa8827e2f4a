import { test } from 'node:test';
import { screenshot, type Editor } from './editor.ts';

/** Tests that go on where the one before ended: after a failure, which is photographed, the others are skipped. */
export class Sitting {
  private failedStep: string | undefined;

  constructor(
    private readonly name: string,
    private readonly editor: () => Editor,
  ) {}

  step(name: string, run: () => Promise<void>): void {
    test(name, async (t) => {
      if (this.failedStep !== undefined) {
        t.skip(`'${this.failedStep}' failed before`);
        return;
      }
      try {
        await run();
      } catch (error) {
        this.failedStep = name;
        await screenshot(this.editor().page, `failed-${this.name}`);
        throw error;
      }
    });
  }
}
