import type { GalleryCommand } from '../../src/protocol/galleryApi.ts';
import type { GalleryModel } from './galleryModel.ts';
import { LAYERS_OF } from './layers.ts';
import { selectAll } from './selection.ts';

/** What each key or palette entry does; the editor sends its name, so that keys can be remapped. */
export function galleryCommands(
  model: GalleryModel,
  page: { focusFilter(): void },
): Readonly<Record<GalleryCommand, () => void>> {
  /** A key that stands for no layer of this gallery does nothing. */
  const showLayer = (key: number) => (): void => {
    const layer = LAYERS_OF[model.kind].at(key - 1);
    if (layer) model.update({ layer });
  };
  return {
    accept: () => void model.decide('accepted'),
    reject: () => void model.decide('rejected'),
    clear: () => void model.decide('cleared'),
    acceptFiltered: () => void model.decideFiltered('accepted'),
    rejectFiltered: () => void model.decideFiltered('rejected'),
    undo: () => void model.undo(),
    redo: () => void model.redo(),
    selectAll: () => model.setSelection(selectAll(model.selection, model.view)),
    toggleDetails: () => model.showDetails(!model.state.details.isOpen),
    focusFilter: () => page.focusFilter(),
    layer1: showLayer(1),
    layer2: showLayer(2),
    layer3: showLayer(3),
    layer4: showLayer(4),
    layer5: showLayer(5),
    layer6: showLayer(6),
    layer7: showLayer(7),
    layer8: showLayer(8),
  };
}
