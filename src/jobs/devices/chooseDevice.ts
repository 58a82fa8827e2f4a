import type { DeviceReport, DeviceSurvey } from '../../protocol/devices.ts';

/**
 * What `auto` takes of the devices that were tried: the one whose training step is the fastest. The processor where no
 * other works or can be timed.
 *
 * @param threads of the CPU device
 */
export function chooseDevice(
  devices: readonly DeviceReport[],
  threads: number,
): Pick<DeviceSurvey, 'chosen' | 'reason'> {
  const timed = devices
    .flatMap(({ name, isAvailable, stepMs }) =>
      isAvailable && stepMs !== undefined ? [{ name, stepMs }] : [],
    )
    .sort((a, b) => a.stepMs - b.stepMs);
  const others = devices.filter(({ name, isAvailable }) => name !== 'cpu' || !isAvailable);
  const failures = others.flatMap(
    ({ name, isAvailable, install, stepMs, problem = 'no reason was given.' }) => {
      if (isAvailable) return stepMs === undefined ? [`${name} is too slow to be timed`] : [];
      // What nobody has installed is no failure.
      return install === undefined ? [`${name} cannot be used: ${problem.replace(/\.$/, '')}`] : [];
    },
  );
  const [fastest, ...slower] = timed;
  const isRace = timed.some(({ name }) => name !== 'cpu');
  if (!isRace) {
    const reason = failures.length > 0 ? failures.join('; ') : 'there is no other device here';
    return { chosen: 'cpu', reason: `${reason}.` };
  }
  const timeOf = ({ name, stepMs }: (typeof timed)[number]): string => {
    const where = name === 'cpu' ? `cpu (${threads} thread${threads === 1 ? '' : 's'})` : name;
    return `${formatMs(stepMs)} on ${where}`;
  };
  const race = `a training step takes ${[fastest, ...slower].map(timeOf).join(', ')}`;
  const comparison = slower.length > 0 ? `${fastest.name} is the fastest one: ${race}` : race;
  return { chosen: fastest.name, reason: `${[comparison, ...failures].join('; ')}.` };
}

function formatMs(milliseconds: number): string {
  return `${milliseconds >= 100 ? Math.round(milliseconds) : Number(milliseconds.toPrecision(2))} ms`;
}
