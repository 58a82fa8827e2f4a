import { countColumns, countImages, type Predictions } from '../predictions.ts';

/** The images of one column by rising score. */
interface RankedColumn {
  readonly order: Int32Array;
  /** 1 where the image in that place is a positive. */
  readonly positive: Uint8Array;
  /** 1 where the next place has another score. */
  readonly endsTie: Uint8Array;
}

/**
 * `auroc` as a function of how often each image counts: of the last column for binary tasks, else the mean over the
 * columns. NaN where a column has no positive or no negative among the drawn images.
 */
export function weightedAuroc(predictions: Predictions): (counts: Uint16Array) => number {
  const { labels, task, numClasses } = predictions;
  const columns = countColumns(predictions);
  const ranked =
    task === 'binary-class'
      ? [rankColumn(predictions, columns - 1, (row) => labels[row] === 1)]
      : Array.from({ length: numClasses }, (_, k) =>
          rankColumn(predictions, k, (row) =>
            task === 'multi-label' ? labels[row * numClasses + k] === 1 : labels[row] === k,
          ),
        );
  return (counts) => ranked.reduce((sum, column) => sum + weightedArea(column, counts), 0) / ranked.length;
}

function rankColumn(
  predictions: Predictions,
  column: number,
  isPositive: (row: number) => boolean,
): RankedColumn {
  const columns = countColumns(predictions);
  const scores = Float64Array.from(
    { length: countImages(predictions) },
    (_, row) => predictions.probs[row * columns + column],
  );
  const order = Int32Array.from(scores, (_, index) => index).sort((a, b) => scores[a] - scores[b]);
  return {
    order,
    positive: Uint8Array.from(order, (row) => Number(isPositive(row))),
    endsTie: Uint8Array.from(order, (row, place) =>
      Number(place + 1 === order.length || scores[order[place + 1]] !== scores[row]),
    ),
  };
}

/** The probability that a positive scores above a negative, ties counting one half. */
function weightedArea({ order, positive, endsTie }: RankedColumn, counts: Uint16Array): number {
  let negativesBelow = 0;
  let positives = 0;
  let wins = 0;
  let tiedPositives = 0;
  let tiedNegatives = 0;
  for (let place = 0; place < order.length; place++) {
    const count = counts[order[place]];
    if (positive[place] === 1) tiedPositives += count;
    else tiedNegatives += count;
    if (endsTie[place] === 0) continue;
    wins += tiedPositives * (negativesBelow + tiedNegatives / 2);
    negativesBelow += tiedNegatives;
    positives += tiedPositives;
    tiedPositives = 0;
    tiedNegatives = 0;
  }
  return wins / (positives * negativesBelow);
}
