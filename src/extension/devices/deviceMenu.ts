import type { DeviceReport, Installable } from '../../protocol/devices.ts';
import type { DeviceChoice } from '../../protocol/settings.ts';
import type { FlowItem } from '../generate/flowItems.ts';
import { automaticLine, MISSING_HEADING } from './deviceItems.ts';
import { asSentence, deviceLine, type DeviceLine } from './deviceLine.ts';
import { knownSurvey, type SurveyState } from './deviceSurveys.ts';

/** What can be done in the list of devices. */
export type DeviceAction =
  | { readonly kind: 'choose'; readonly device: DeviceChoice }
  /** Says all about a device that cannot be used: a line of a list is cut off. */
  | { readonly kind: 'explain'; readonly report: DeviceReport }
  | { readonly kind: 'install'; readonly what: Installable }
  | { readonly kind: 'measure' }
  | { readonly kind: 'copy' };

/** Every device of this machine, with what can be done about it; `current` is what the settings say. */
export function deviceMenu(state: SurveyState, current: DeviceChoice): FlowItem<DeviceAction>[] {
  const survey = knownSurvey(state);
  if (!survey) {
    if (state.kind !== 'failed') {
      return [
        {
          label: 'Measuring the devices of this machine',
          detail: 'A self-test and a few training steps on each; this can take a minute.',
        },
      ];
    }
    const { problem } = state;
    return [{ label: '$(refresh) Try Again', detail: problem, value: { kind: 'measure' } }];
  }
  const choice = (line: DeviceLine, device: DeviceChoice): FlowItem<DeviceAction> => ({
    ...line,
    ...(device === current && { description: `${line.description}, current setting` }),
    value: { kind: 'choose', device },
  });
  const missing = survey.devices.filter(({ isAvailable }) => !isAvailable);
  return [
    choice(automaticLine(survey), 'auto'),
    ...survey.devices
      .filter(({ isAvailable }) => isAvailable)
      .map((report) => choice(deviceLine(report), report.name)),
    ...(missing.length > 0 ? [{ label: MISSING_HEADING, isHeading: true as const }] : []),
    ...missing.map((report) => missingItem(report)),
  ];
}

function missingItem(report: DeviceReport): FlowItem<DeviceAction> {
  const { install, problem = '' } = report;
  const item: FlowItem<DeviceAction> = { ...deviceLine(report), value: { kind: 'explain', report } };
  if (install === undefined) return item;
  return {
    ...item,
    detail: `${asSentence(problem)} Choose it to install it.`.trim(),
    buttons: [{ icon: 'cloud-download', tooltip: 'Install...', value: { kind: 'install', what: install } }],
  };
}
