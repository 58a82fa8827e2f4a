/** What VS Code gives a webview's page; it may be asked for once only. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  /** What `setState` was last given, also after the page was destroyed because it was hidden. */
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  function acquireVsCodeApi(): VsCodeApi;
}

export const vscodeApi: VsCodeApi = acquireVsCodeApi();
