/** A layer that a person can switch to. */
export interface LayerOption {
  readonly id: string;
  readonly label: string;
  /** What it shows, and the key that switches to it. */
  readonly title: string;
  /** What it is of, where several follow each other that are of one thing. */
  readonly group?: string | undefined;
}
