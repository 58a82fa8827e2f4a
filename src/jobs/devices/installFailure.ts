import { TsyndError } from '../../protocol/errors.ts';

const UNCHANGED = 'What was there before is unchanged.';

/** What Node says of a host that it cannot reach: `getaddrinfo ENOTFOUND api.example.org`. */
const UNREACHABLE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b(?:\s+([\w.-]+(?::\d+)?))?/;
/** In npm's words `403 Forbidden - GET https://...`, in those of ONNX Runtime's script `... HTTP status code = 403`. */
const REFUSALS = [
  /(?<status>\d{3}) [A-Za-z ]+ - GET (?<address>https?:\/\/\S+)/,
  /(?<address>https?:\/\/\S+?)\.? HTTP status code = (?<status>\d{3})/,
];
const LAST_ADDRESS = /https?:\/\/([\w.-]+)/;

/** A failed `npm install` of a package as one sentence with a remedy, out of npm's lines. */
export function installFailure(name: string, lines: readonly string[], end: number | string): TsyndError {
  return new TsyndError('install/failed', `${name} could not be installed: ${reasonOf(lines, end)}`, {
    remedy: remedyOf(lines),
    details: { end, lines: lines.slice(-40) },
  });
}

function reasonOf(lines: readonly string[], end: number | string): string {
  const unreachable = lines.map((line) => UNREACHABLE.exec(line)).find((found) => found !== null);
  if (unreachable) {
    const [, code, host = hostBefore(lines, unreachable.input)] = unreachable;
    return `${host === undefined ? 'a host' : `the host ${host}`} could not be reached (${code}).`;
  }
  const refused = lines.map(refusalIn).find((found) => found !== undefined);
  if (refused) return `${refused.address} answered with status ${refused.status}.`;
  const words = lines
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim())
    .findLast(
      (line) =>
        /\b(error|failed|cannot|not found|denied|no space)\b/i.test(line) &&
        !/complete log|debug-0/.test(line),
    );
  const ending = typeof end === 'number' ? `npm ended with code ${end}` : `npm was ended by ${end}`;
  return words === undefined ? `${ending}.` : `${ending}: ${words.replace(/\.$/, '').slice(0, 300)}.`;
}

function refusalIn(line: string): Record<string, string> | undefined {
  return REFUSALS.map((words) => words.exec(line)?.groups).find((groups) => groups !== undefined);
}

/** The host of the last address that was named before a line. */
function hostBefore(lines: readonly string[], line: string): string | undefined {
  const before = lines.slice(0, lines.indexOf(line) + 1);
  return before.map((each) => LAST_ADDRESS.exec(each)?.[1]).findLast((host) => host !== undefined);
}

function remedyOf(lines: readonly string[]): string {
  if (lines.some((line) => UNREACHABLE.test(line) || refusalIn(line)))
    return `Check the network, and whether a firewall or a proxy (HTTPS_PROXY) lets that host through. ${UNCHANGED}`;
  if (lines.some((line) => line.includes('ENOSPC'))) return `Free some space on the disk. ${UNCHANGED}`;
  return `Try again later, or read npm's log in ~/.npm/_logs. ${UNCHANGED}`;
}
