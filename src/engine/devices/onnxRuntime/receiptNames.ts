// What a program that keeps count on the device has beside its own inputs and outputs; no tensor of a model begins so.

export const TALLY = '%tally';
export const STAMP = '%stamp';
export const NEXT_TALLY = '%next-tally';
