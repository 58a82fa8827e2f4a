import type { DeviceReport, DeviceSurvey } from '../protocol/devices.ts';

/** A survey as lines: a table of the devices, what is wrong with those that cannot be used, and what `auto` takes. */
export function formatDevices({ devices, chosen, reason, measuredAt }: DeviceSurvey): string[] {
  const rows = devices.map((report) => [report.name, report.description, verdictOf(report), stepOf(report)]);
  const table = [['device', 'library and hardware', 'verdict', 'training step'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
  const problems = devices.flatMap((report) => problemLines(report));
  return [
    ...lines,
    ...(problems.length > 0 ? ['', ...problems] : []),
    '',
    `auto takes ${chosen}: ${reason}`,
    `Measured on ${measuredAt.slice(0, 10)}; 'tsynd devices --refresh' measures again.`,
  ];
}

function verdictOf({ isAvailable, install }: DeviceReport): string {
  if (isAvailable) return 'works';
  return install === undefined ? 'cannot be used' : 'not installed';
}

function stepOf({ isAvailable, stepMs }: DeviceReport): string {
  if (stepMs !== undefined) return `${stepMs.toFixed(1)} ms`;
  return isAvailable ? 'too slow' : '';
}

function problemLines({
  name,
  isAvailable,
  problem = 'no reason was given.',
  remedy,
}: DeviceReport): string[] {
  if (isAvailable) return [];
  return [`${name}: ${problem}`, ...(remedy === undefined ? [] : [`  ${remedy}`])];
}
