import { l10n, window } from 'vscode';

import { resolveRun } from '../runs/pickRun.ts';
import { folderOf, hasSamples, titleOf } from '../runs/runStatus.ts';
import { pickScores } from '../scores/pickScores.ts';
import type { Services } from '../services.ts';
import { ComparePanels } from './comparePanels.ts';
import { GalleryPanels } from './galleryPanels.ts';
import { Inspectors } from './inspectors.ts';
import { ReportPanels } from './reportPanels.ts';

/** The galleries, inspectors, comparisons and reports of the window. */
export class Panels {
  readonly galleries: GalleryPanels;
  readonly inspectors: Inspectors;
  readonly comparisons: ComparePanels;
  readonly reports: ReportPanels;
  private readonly services: Services;

  constructor(services: Services) {
    this.services = services;
    this.inspectors = new Inspectors(services);
    this.galleries = new GalleryPanels(services, this.inspectors);
    this.comparisons = new ComparePanels(services);
    this.reports = new ReportPanels(services, this.inspectors);
  }

  /** Of the run that a command was given, or else of one that the person picks. */
  async openGallery(argument: unknown): Promise<void> {
    const entry = await resolveRun(this.services, argument, {
      isCandidate: hasSamples,
      placeHolder: l10n.t('Choose the run whose gallery to open'),
      none: l10n.t('There are no runs with samples in this workspace yet.'),
    });
    if (!entry) return;
    const run = folderOf(entry);
    if (run !== undefined) this.galleries.open(run);
    else void window.showInformationMessage(l10n.t('{0} has no samples yet.', titleOf(entry)));
  }
  /** The scores in `folder`, or else those of the run that a command was given or the person picks. */
  async openScores(argument: unknown, folder: unknown): Promise<void> {
    // A menu of the tree gives the selected elements after the one that it is about.
    const chosen = typeof folder === 'string' ? folder : await pickScores(this.services, argument);
    if (chosen !== undefined) this.galleries.openScores(chosen);
  }
}
