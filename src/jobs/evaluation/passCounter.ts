import type { Pass } from '../../evaluation/robustness/projectedGradient.ts';

/** A pass forwards and back takes about as long as this many forwards. */
const GRADIENT_COST = 3;

/** How far work of several stages is, in passes forwards. A stage may end before all that was planned for it is done. */
export class PassCounter {
  private readonly stages: { planned: number; done: number }[] = [];

  /** Adds a stage that takes these passes; returns its number. */
  plan(...passes: readonly Readonly<Record<Pass, number>>[]): number {
    const costs = passes.map(({ answers, gradient }) => answers + GRADIENT_COST * gradient);
    this.stages.push({ planned: costs.reduce((sum, cost) => sum + cost, 0), done: 0 });
    return this.stages.length - 1;
  }

  count(stage: number, pass: Pass): void {
    const { planned, done } = this.stages[stage];
    this.stages[stage].done = Math.min(planned, done + (pass === 'gradient' ? GRADIENT_COST : 1));
  }

  finish(stage: number): void {
    this.stages[stage].done = this.stages[stage].planned;
  }

  get done(): number {
    return this.stages.reduce((sum, { done }) => sum + done, 0);
  }

  get total(): number {
    return this.stages.reduce((sum, { planned }) => sum + planned, 0);
  }
}
