/**
 * The controls that are not ours: all of @vscode/webview-ui-toolkit that is used, so that another kit can take its
 * place here. Templates use the elements by name; import this file for its effect or for the types.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
  type Checkbox,
  type Dropdown,
  type TextField,
} from '@vscode/webview-ui-toolkit';

export type { Checkbox, Dropdown, TextField };

/** Registers the elements; a second call does nothing. */
export function registerControls(): void {
  if (customElements.get('vscode-button')) return;
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}
