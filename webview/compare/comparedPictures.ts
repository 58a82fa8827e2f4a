import type { ComparedImages } from '../../src/protocol/compareApi.ts';
import { TsyndError } from '../../src/protocol/errors.ts';
import type { ImagePixels } from '../../src/protocol/imageData.ts';
import { failed, ready, WAITING, type Loadable } from '../shared/loadable.ts';
import type { ByteImage } from '../shared/maps/planarImage.ts';
import { smallPicture } from '../shared/imageView/smallPicture.ts';

/** The images themselves: those of a split come all at once, files one by one when their rows are in sight. */
export class ComparedPictures {
  private readonly fetch: (id: string, signal: AbortSignal) => Promise<ImagePixels>;
  private readonly onChange: () => void;
  private readonly known = new Map<string, Loadable<ByteImage>>();
  private files: readonly string[] = [];
  private abort = new AbortController();
  private asking: string | undefined;
  private visible: readonly string[] = [];

  constructor(fetch: (id: string, signal: AbortSignal) => Promise<ImagePixels>, onChange: () => void) {
    this.fetch = fetch;
    this.onChange = onChange;
  }

  get(id: string): Loadable<ByteImage> {
    return this.known.get(id) ?? WAITING;
  }

  show({ images, pixels }: ComparedImages): void {
    this.clear();
    if (!pixels) {
      this.files = images.map(({ id }) => id);
      this.next();
      return;
    }
    const { width, height, channels } = pixels;
    const size = width * height * channels;
    for (const { id } of images) this.known.set(id, failed(new TsyndError('internal', 'There is no image.')));
    pixels.ids.forEach((id, index) => {
      const own = pixels.pixels.slice(index * size, (index + 1) * size);
      this.known.set(id, ready({ pixels: own, width, height, channels }));
    });
    for (const { id, reason } of pixels.missing)
      this.known.set(id, { status: 'failed', failure: { message: reason } });
  }

  look(visible: readonly string[]): void {
    this.visible = visible;
    this.next();
  }

  retry(): void {
    for (const id of this.files) if (this.get(id).status === 'failed') this.known.delete(id);
    this.next();
  }

  get hasFailures(): boolean {
    return this.files.some((id) => this.get(id).status === 'failed');
  }

  clear(): void {
    this.abort.abort();
    this.abort = new AbortController();
    this.asking = undefined;
    this.known.clear();
    this.files = [];
  }

  private next(): void {
    if (this.asking !== undefined) return;
    const isMissing = (id: string): boolean => !this.known.has(id);
    const id =
      this.files.find((file) => this.visible.includes(file) && isMissing(file)) ?? this.files.find(isMissing);
    if (id !== undefined) void this.ask(id);
  }

  private async ask(id: string): Promise<void> {
    const { signal } = this.abort;
    this.asking = id;
    let picture: Loadable<ByteImage>;
    try {
      picture = ready(smallPicture(await this.fetch(id, signal)));
    } catch (error) {
      picture = failed(error);
    }
    if (signal.aborted) return;
    this.asking = undefined;
    this.known.set(id, picture);
    this.onChange();
    this.next();
  }
}
