/** What the editor announces to a process that it has started. */
export interface ProcessEvents {
  /** Abort what was asked for, let it end on the disk, and go. The end of the channel says the same. */
  readonly shutdown: null;
}
