import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import type { InspectorEditor } from './inspectorSession.ts';

const CHOSEN_RUN_KEY = 'tsynd.inspector.run';
const COMPARED_RUN_KEY = 'tsynd.inspector.comparedRun';

/** What all inspectors of the window ask of it. */
export function inspectorContext({ context, library, compute, runs }: Services): InspectorEditor {
  const { workspaceState } = context;
  return {
    library,
    compute,
    get runFolders() {
      return runs.runFolders;
    },
    get canPredict() {
      return vscode.workspace.isTrusted;
    },
    get chosenRun() {
      return workspaceState.get<string>(CHOSEN_RUN_KEY);
    },
    set chosenRun(run) {
      void workspaceState.update(CHOSEN_RUN_KEY, run);
    },
    get comparedRun() {
      return workspaceState.get<string>(COMPARED_RUN_KEY);
    },
    set comparedRun(run) {
      void workspaceState.update(COMPARED_RUN_KEY, run);
    },
  };
}
