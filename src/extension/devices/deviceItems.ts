import type { DeviceSurvey } from '../../protocol/devices.ts';
import type { DeviceChoice } from '../../protocol/settings.ts';
import type { FlowItem } from '../generate/flowItems.ts';
import { asSentence, DEVICE_LABELS, deviceLine, type DeviceLine } from './deviceLine.ts';
import { knownSurvey, type SurveyState } from './deviceSurveys.ts';

/** What a run can be started on: what is there at once, and when the survey is there, what this machine has. */
export function deviceItems(state: SurveyState): FlowItem<DeviceChoice>[] {
  const survey = knownSurvey(state);
  if (!survey) {
    const isFailed = state.kind === 'failed';
    return [
      {
        label: DEVICE_LABELS.auto,
        description: 'auto',
        detail: 'The fastest that passes its self-test.',
        value: 'auto',
      },
      { label: DEVICE_LABELS.cpu, description: 'cpu', value: 'cpu' },
      {
        label: isFailed ? '$(warning) Devices could not be listed' : 'Looking for other devices',
        ...(isFailed && { detail: state.problem }),
      },
    ];
  }
  const missing = survey.devices.filter(({ isAvailable }) => !isAvailable);
  return [
    { ...automaticLine(survey), value: 'auto' },
    ...survey.devices
      .filter(({ isAvailable }) => isAvailable)
      .map((report) => ({ ...deviceLine(report), value: report.name })),
    ...(missing.length > 0 ? [{ label: MISSING_HEADING, isHeading: true as const }] : []),
    ...missing.map(deviceLine),
  ];
}

/** Above the devices that cannot be used. */
export const MISSING_HEADING = 'Not available';

/** What `auto` takes here, and why. */
export function automaticLine({ chosen, reason }: DeviceSurvey): DeviceLine {
  return { label: DEVICE_LABELS.auto, description: `auto, here ${chosen}`, detail: asSentence(reason) };
}
