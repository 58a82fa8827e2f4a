import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** Where the Vulkan loader looks for drivers on Linux beside what its environment variables name. */
const FOLDERS = [
  '/etc/vulkan/icd.d',
  '/usr/share/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
  path.join(homedir(), '.local/share/vulkan/icd.d'),
];

export const VULKAN_VARIABLES = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'VK_ADD_DRIVER_FILES'] as const;

/** The Vulkan drivers of a Linux machine, each with the time of its last change; empty where there is none. */
export function vulkanDrivers(): readonly string[] {
  const named = VULKAN_VARIABLES.flatMap((variable) => (process.env[variable] ?? '').split(path.delimiter));
  const found = FOLDERS.flatMap((folder) => {
    try {
      return readdirSync(folder).map((file) => path.join(folder, file));
    } catch {
      return [];
    }
  });
  return [...named.filter(Boolean), ...found].flatMap((file) => {
    const time = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    return time === undefined ? [] : [`${file} ${Math.round(time)}`];
  });
}
