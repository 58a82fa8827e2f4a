import type { GalleryCommand } from '../../src/protocol/galleryApi.ts';
import type { GalleryModel } from './galleryModel.ts';
import { selectAll } from './selection.ts';

/** What each key or palette entry does; the editor sends its name, so that keys can be remapped. */
export function galleryCommands(
  model: GalleryModel,
  page: { focusFilter(): void },
): Readonly<Record<GalleryCommand, () => void>> {
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
    layer1: () => model.update({ layer: 'synthetic' }),
    layer2: () => model.update({ layer: 'source' }),
    layer3: () => model.update({ layer: 'sideBySide' }),
    layer4: () => model.update({ layer: 'difference' }),
  };
}
