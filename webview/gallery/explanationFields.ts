import type { MapFacts } from '../../src/protocol/explanations.ts';
import { formatL2, formatProbability, otherPrediction } from '../shared/maps/explanationWords.ts';
import { formatLabel } from './formatting.ts';
import { describeArea, describeFlip } from './mapCaption.ts';
import type { RecordField } from './recordFields.ts';

/** A map in numbers: the class that it explains, and what it took to make the classifier give that class up. */
export function describeFacts(facts: MapFacts, classNames: readonly string[]): readonly RecordField[] {
  const { target, probability, change } = facts;
  const name = formatLabel(target, classNames);
  const other = otherPrediction(facts);
  const predicted = other === undefined ? '' : `; predicted ${formatLabel(other, classNames)}`;
  const ofClass: readonly RecordField[] = [
    { name: 'Class explained', value: `${name}${predicted}` },
    { name: 'Its probability', value: formatProbability(probability) },
  ];
  if (!change) return ofClass;
  return [
    ...ofClass,
    // The search starts from the plain reconstruction, of which the classifier may think otherwise.
    { name: 'Reconstructed', value: formatProbability(change.probs[0]) },
    { name: 'Flip', value: describeFlip(change) },
    { name: 'L2 of the change', value: `${formatL2(change.l2)}, white is 1` },
    { name: 'Area', value: describeArea(change.area) },
  ];
}
