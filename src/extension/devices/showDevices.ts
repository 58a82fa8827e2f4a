import * as vscode from 'vscode';

import type { DeviceReport, DeviceSurvey } from '../../protocol/devices.ts';
import type { FlowButton } from '../generate/flowItems.ts';
import { askPick } from '../generate/quickInputs.ts';
import type { Services } from '../services.ts';
import { readSetting } from '../settings.ts';
import { chooseDevice } from './chooseDevice.ts';
import { DEVICE_LABELS, deviceProblem } from './deviceLine.ts';
import { deviceMenu, type DeviceAction } from './deviceMenu.ts';
import { deviceReportText } from './deviceReportText.ts';
import { knownSurvey } from './deviceSurveys.ts';
import { installBackend } from './installBackend.ts';

/** Lists the devices of this machine; one can be chosen for new runs, and all can be measured again. */
export async function showDevices(services: Services): Promise<void> {
  const { surveys } = services;
  surveys.start();
  const buttons: FlowButton<DeviceAction>[] = [
    { icon: 'refresh', tooltip: vscode.l10n.t('Measure Again'), value: { kind: 'measure' } },
    { icon: 'copy', tooltip: vscode.l10n.t('Copy as Text'), value: { kind: 'copy' } },
  ];
  const answer = await askPick<DeviceAction>({
    title: vscode.l10n.t('Compute devices of this machine'),
    placeholder: vscode.l10n.t('Choose a device to set tsynd.device: new runs train on it'),
    items: () => deviceMenu(surveys.state.value, readSetting('device')),
    isBusy: () => surveys.state.value.kind === 'asking',
    watch: (changed) => surveys.state.onChange(changed),
    buttons,
    onAside: ({ kind }) => {
      if (kind === 'measure') void measureAgain(services);
      else if (kind === 'copy') void copy(services, knownSurvey(surveys.state.value));
      else return false;
      return true;
    },
  });
  if (typeof answer === 'string') return;
  const action = answer.value;
  if (action.kind === 'choose') await chooseDevice(action.device);
  else if (action.kind === 'install') await installBackend(services, action.what);
  else if (action.kind === 'explain') await explain(services, action.report);
}

/** Another program's work makes times longer, and what is measured is kept. */
async function measureAgain({ surveys, runs, experiments }: Services): Promise<void> {
  if (surveys.state.value.kind === 'asking') return;
  const isTraining = [...runs.entries, ...experiments.entries].some(({ state }) => state === 'running');
  if (isTraining) {
    const measure = vscode.l10n.t('Measure Anyway');
    const message = vscode.l10n.t('A run is training, so devices would be measured as slower than they are.');
    const detail = vscode.l10n.t('What is measured decides which device "auto" takes from now on.');
    const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, measure);
    if (answer !== measure) return;
  }
  await surveys.refresh();
}

async function copy({ context }: Services, survey: DeviceSurvey | undefined): Promise<void> {
  if (!survey) return;
  const { version } = context.extension.packageJSON as { readonly version: string };
  const text = deviceReportText(survey, {
    extensionVersion: version,
    editorVersion: vscode.version,
    platform: process.platform,
    architecture: process.arch,
  });
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Devices copied as text.'), 3000);
}

async function explain(services: Services, report: DeviceReport): Promise<void> {
  const install = vscode.l10n.t('Install...');
  const buttons = report.install === undefined ? [] : [install];
  const message = vscode.l10n.t('{0} cannot be used on this machine.', DEVICE_LABELS[report.name]);
  const detail = `${deviceProblem(report)}\n\n${report.description}`;
  const answer = await vscode.window.showInformationMessage(message, { modal: true, detail }, ...buttons);
  if (answer === install && report.install !== undefined) await installBackend(services, report.install);
  else await showDevices(services);
}
