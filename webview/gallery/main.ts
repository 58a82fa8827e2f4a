import type { GalleryApi, GalleryEvents, GalleryKind } from '../../src/protocol/galleryApi.ts';
import { RpcPeer } from '../../src/protocol/rpcPeer.ts';
import { throttleValues } from '../../src/protocol/throttleValues.ts';
import { registerControls } from '../shared/controls.ts';
import { hostTransport } from '../shared/hostTransport.ts';
import { vscodeApi } from '../shared/vscodeApi.ts';
import './galleryApp.ts';
import { galleryCommands } from './galleryCommands.ts';
import { GalleryModel } from './galleryModel.ts';
import { ImageCache } from './imageCache.ts';
import { MapCache } from './mapCache.ts';
import { LayerPainter } from './layerPainter.ts';
import { SampleLoader } from './sampleLoader.ts';
import type { TextFocusEvent } from '../shared/textFocus.ts';
import { readViewState } from './viewState.ts';

/** Scrolling changes the state with every frame, and each storing of it is a message to the editor. */
const PERSIST_INTERVAL_MS = 150;

registerControls();

/** The editor says which kind of gallery the page is before it has loaded anything. */
const kind: GalleryKind = document.body.dataset.kind === 'scores' ? 'scores' : 'samples';
const host = new RpcPeer<object, GalleryApi, object, GalleryEvents>(hostTransport(vscodeApi, window), {});
const persist = throttleValues(PERSIST_INTERVAL_MS, (state: unknown) => vscodeApi.setState(state));
const model = new GalleryModel(
  host,
  readViewState(vscodeApi.getState(), window.innerWidth, Number(document.body.dataset.tileSize), kind),
  persist.report,
);
window.addEventListener('pagehide', persist.stop);

const app = document.createElement('tsynd-gallery');
const cache = new ImageCache({
  fetch: (ids, of, signal) => host.request('gallery/images', { ids, of }, { signal }),
  onChange: () => app.imagesArrived(),
});
const maps = new MapCache({
  fetch: (ids, { image, request }, signal) =>
    host.request('gallery/maps', { ids, of: image, request }, { signal }),
  onChange: () => app.imagesArrived(),
});
app.model = model;
app.painter = new LayerPainter(cache, maps);
app.loader = new SampleLoader(
  (id, signal) =>
    host.request(kind === 'samples' ? 'gallery/sample' : 'gallery/scoredImage', { id }, { signal }),
  () => app.sampleChanged(),
);
const commands = galleryCommands(model, app);
host.on('gallery/command', (command) => commands[command]());
const tellTextFocus = (hasFocus: boolean): void => {
  // Where this does not arrive, keys are missing for a while, which is no reason for a message.
  void host.request('gallery/textFocus', { hasFocus }).catch(() => undefined);
};
app.addEventListener('text-focus', (event) => tellTextFocus((event as TextFocusEvent).detail));
tellTextFocus(false);
document.body.replaceChildren(app);
void model.reload();
