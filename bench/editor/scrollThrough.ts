import type { Gallery } from '../../test/e2e/support/gallery.ts';

const DURATION_MS = 20_000;

/** Scrolls from the first sample to the last in an even movement; returns how long each frame took, in ms. */
export async function scrollThrough(gallery: Gallery): Promise<number[]> {
  return gallery.grid.evaluate(
    (scroller, durationMs) =>
      new Promise<number[]>((resolve) => {
        const frames: number[] = [];
        const end = scroller.scrollHeight - scroller.clientHeight;
        const startedAt = performance.now();
        let last = startedAt;
        const step = (now: number): void => {
          frames.push(now - last);
          last = now;
          const share = Math.min(1, (now - startedAt) / durationMs);
          scroller.scrollTop = share * end;
          // The first difference is between two clocks.
          if (share === 1) resolve(frames.slice(1));
          else requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      }),
    DURATION_MS,
  );
}
