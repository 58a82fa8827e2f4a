import type { TestCondition } from './testConditions.ts';

// Apart from the schema, whose library is most of what a page with these words would have to load.

/** A condition's name in files and tables: `clean`, `noise-0.12`, `fgsm-0.031373`, `pgd-0.031373`. */
export function conditionKey(condition: TestCondition): string {
  switch (condition.kind) {
    case 'clean':
      return 'clean';
    case 'noise':
      return `noise-${shortNumber(condition.sigma)}`;
    default:
      return `${condition.kind}-${shortNumber(condition.eps)}`;
  }
}

/** For people: `clean`, `noise σ 0.12`, `FGSM ε 8/255`. */
export function describeCondition(condition: TestCondition): string {
  switch (condition.kind) {
    case 'clean':
      return 'clean';
    case 'noise':
      return `noise σ ${shortNumber(condition.sigma)}`;
    case 'fgsm':
      return `FGSM ε ${formatEps(condition.eps)}`;
    case 'pgd':
      return `PGD-${condition.steps} ε ${formatEps(condition.eps)}`;
    case 'square':
      return `Square ε ${formatEps(condition.eps)}`;
  }
}

/** In 255ths, as the literature gives it, where that is a whole number. */
function formatEps(eps: number): string {
  const levels = eps * 255;
  return Math.abs(levels - Math.round(levels)) < 1e-6 ? `${Math.round(levels)}/255` : shortNumber(eps);
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(5)));
}
