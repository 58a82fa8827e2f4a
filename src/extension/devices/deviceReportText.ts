import type { DeviceReport, DeviceSurvey } from '../../protocol/devices.ts';
import { deviceProblem, stepTime } from './deviceLine.ts';

/** The program that a report is about. */
export interface ReportOrigin {
  readonly extensionVersion: string;
  readonly editorVersion: string;
  /** As Node names them, e.g. `linux` and `x64`. */
  readonly platform: string;
  readonly architecture: string;
}

/** A survey as Markdown that a person can put into a bug report: no file of theirs is named in it. */
export function deviceReportText(survey: DeviceSurvey, origin: ReportOrigin): string {
  const { extensionVersion, editorVersion, platform, architecture } = origin;
  return [
    `TSynD ${extensionVersion}, VS Code ${editorVersion}, ${platform} ${architecture}, measured ${survey.measuredAt}`,
    `auto takes ${survey.chosen}: ${survey.reason}`,
    '',
    ...survey.devices.map((report) => `- ${report.name} (${report.description}): ${verdictOf(report)}`),
    '',
  ].join('\n');
}

function verdictOf(report: DeviceReport): string {
  const { isAvailable, stepMs, error } = report;
  const parts = [
    ...(isAvailable ? ['works', stepTime(stepMs)] : ['cannot be used']),
    ...(error === undefined ? [] : [`error of the self-test ${error.toExponential(1)}`]),
  ];
  const verdict = `${parts.join(', ')}.`;
  return isAvailable ? verdict : `${verdict} ${deviceProblem(report)}`;
}
