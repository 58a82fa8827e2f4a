import type { MapFacts } from '../../src/protocol/explanations.ts';
import { formatLabel } from './formatting.ts';
import { describeArea, describeFlip, formatNorm } from './mapCaption.ts';
import type { RecordField } from './recordFields.ts';

/** A map in numbers: the class that it explains, and what it took to make the classifier give that class up. */
export function describeFacts(
  { target, probability, change }: MapFacts,
  classNames: readonly string[],
): readonly RecordField[] {
  const fields = [
    { name: 'Class explained', value: formatLabel(target, classNames) },
    { name: 'Its probability', value: probability.toFixed(3) },
  ];
  if (!change) return fields;
  return [
    ...fields,
    { name: 'Flip', value: describeFlip(change) },
    { name: 'L2 of the change', value: `${formatNorm(change.l2)}, white is 1` },
    { name: 'Area', value: describeArea(change.area) },
  ];
}
