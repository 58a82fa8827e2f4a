import * as vscode from 'vscode';

import { checkSetting, type SettingName, type Settings } from './settingSpecs.ts';

/** A setting as it holds for a file or folder; the default where what was written is no possible value. */
export function readSetting<K extends SettingName>(name: K, scope?: vscode.ConfigurationScope): Settings[K] {
  return checkSetting(name, vscode.workspace.getConfiguration('tsynd', scope).get<unknown>(name));
}
