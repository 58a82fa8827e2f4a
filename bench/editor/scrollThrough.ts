import type { Gallery } from '../../test/e2e/support/gallery.ts';

const DURATION_MS = 20_000;

/** Scrolls from the first sample to the last in an even movement; returns how long each frame took, in ms. */
export async function scrollThrough(gallery: Gallery): Promise<number[]> {
  return gallery.grid.evaluate(async (scroller, durationMs) => {
    const end = scroller.scrollHeight - scroller.clientHeight;
    const frames: number[] = [];
    const startedAt = await new Promise(requestAnimationFrame);
    for (let last = startedAt; last - startedAt < durationMs;) {
      const now = await new Promise(requestAnimationFrame);
      frames.push(now - last);
      last = now;
      scroller.scrollTop = Math.min(1, (now - startedAt) / durationMs) * end;
    }
    return frames;
  }, DURATION_MS);
}
