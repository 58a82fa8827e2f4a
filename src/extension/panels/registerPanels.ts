import * as vscode from 'vscode';

import { GALLERY_COMMANDS } from '../../protocol/galleryApi.ts';
import { INSPECTOR_COMMANDS } from '../../protocol/inspectorApi.ts';
import { showFailure } from '../logging.ts';
import type { Services } from '../services.ts';
import type { Panels } from './panels.ts';

/** Registers all panels, editors and their commands; their code is loaded when the first of them is opened. */
export function registerPanels(services: Services): void {
  let loaded: Promise<Panels> | undefined;
  const panels = (): Promise<Panels> =>
    (loaded ??= import('./panels.ts').then(({ Panels }) => new Panels(services)));

  const register = (
    command: string,
    run: (panels: Panels, ...args: unknown[]) => unknown,
  ): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (...args: unknown[]) => {
      try {
        await run(await panels(), ...args);
      } catch (error) {
        void showFailure(services.log, error);
      }
    });

  services.context.subscriptions.push(
    register('tsynd.openGallery', (all, run) => all.openGallery(run)),
    register('tsynd.openScores', (all, run, folder) => all.openScores(run, folder)),
    register('tsynd.gallery.openSource', (all, context) => all.galleries.openSample('source', context)),
    register('tsynd.gallery.openSynthetic', (all, context) => all.galleries.openSample('synthetic', context)),
    ...GALLERY_COMMANDS.map((command) =>
      register(`tsynd.gallery.${command}`, ({ galleries }) => galleries.command(command)),
    ),
    register('tsynd.openInspectorToSide', ({ inspectors }, uri) =>
      inspectors.openToSide(uri instanceof vscode.Uri ? uri : undefined),
    ),
    ...INSPECTOR_COMMANDS.map((command) =>
      register(`tsynd.inspector.${command}`, ({ inspectors }) => inspectors.command(command)),
    ),
    register('tsynd.compareExplanations', ({ comparisons }, argument, selected) =>
      comparisons.choose(argument, selected),
    ),
    register('tsynd.openReport', ({ reports }, argument) => reports.choose(argument)),
    vscode.window.registerWebviewPanelSerializer('tsynd.report', {
      deserializeWebviewPanel: async (panel, state: unknown) =>
        (await panels()).reports.restore(panel, state),
    }),
    vscode.window.registerWebviewPanelSerializer('tsynd.compareExplanations', {
      deserializeWebviewPanel: async (panel, state: unknown) =>
        (await panels()).comparisons.restore(panel, state),
    }),
    vscode.window.registerWebviewPanelSerializer('tsynd.gallery', {
      deserializeWebviewPanel: async (panel, state: unknown) =>
        (await panels()).galleries.restore(panel, state),
    }),
    vscode.window.registerWebviewPanelSerializer('tsynd.inspectorPanel', {
      deserializeWebviewPanel: async (panel) => (await panels()).inspectors.restoreSide(panel),
    }),
    vscode.window.registerCustomEditorProvider(
      'tsynd.inspector',
      {
        openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
        resolveCustomEditor: async ({ uri }, panel) => (await panels()).inspectors.adoptEditor(uri, panel),
      },
      { supportsMultipleEditorsPerDocument: true },
    ),
  );
}
