import type { MapFacts } from '../../src/protocol/explanations.ts';
import { formatLabel } from './formatting.ts';
import { describeArea, describeFlip, formatNorm } from './mapCaption.ts';
import type { RecordField } from './recordFields.ts';

/** A map in numbers: the class that it explains, and what it took to make the classifier give that class up. */
export function describeFacts(
  { target, probability, change }: MapFacts,
  classNames: readonly string[],
): readonly RecordField[] {
  const name = { name: 'Class explained', value: formatLabel(target, classNames) };
  const ofImage = probability.toFixed(3);
  if (!change) return [name, { name: 'Its probability', value: ofImage }];
  return [
    name,
    // The search starts from the reconstruction, of which the classifier may think otherwise.
    {
      name: 'Its probability',
      value: `${ofImage}; of the plain reconstruction ${change.probs[0].toFixed(3)}`,
    },
    { name: 'Flip', value: describeFlip(change) },
    { name: 'L2 of the change', value: `${formatNorm(change.l2)}, white is 1` },
    { name: 'Area', value: describeArea(change.area) },
  ];
}
