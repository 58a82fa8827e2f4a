type Mask = Uint8Array | undefined;

/** Of each image, what the masks of the other images mark. */
export class OtherMasks {
  /** Masks that mark something. */
  private readonly count: number;
  /** [H, W] how many mark each pixel. */
  private readonly marked: Float64Array;

  constructor(masks: readonly Mask[]) {
    const used = masks.filter((mask) => mask !== undefined).filter((mask) => mask.includes(1));
    this.count = used.length;
    this.marked = new Float64Array(used.at(0)?.length ?? 0);
    for (const mask of used) mask.forEach((inside, at) => (this.marked[at] += inside));
  }

  /** [H, W] their mean, 0 to 1; undefined where the image itself, or every other one, has none. */
  meanWithout(mask: Mask): Float64Array | undefined {
    if (this.count < 2 || !mask?.includes(1)) return undefined;
    return this.marked.map((sum, at) => (sum - mask[at]) / (this.count - 1));
  }
}
