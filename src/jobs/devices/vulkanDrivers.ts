import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** Where the drivers' folder lies below the folders that the loader searches. */
const BELOW = 'vulkan/icd.d';

/** They name drivers' files, or folders of such. */
export const VULKAN_VARIABLES = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'VK_ADD_DRIVER_FILES'] as const;

/**
 * The Vulkan drivers of a Linux machine, each with the time of its last change; empty where there is none. They are
 * looked for where the Vulkan loader does (its LoaderDriverInterface.md, "Driver Discovery on Linux").
 */
export function vulkanDrivers(): readonly string[] {
  const named = VULKAN_VARIABLES.flatMap((variable) => foldersIn(process.env[variable]));
  return [...new Set([...named, ...searchFolders().map((folder) => path.join(folder, BELOW))])]
    .flatMap(filesAt)
    .flatMap((file) => {
      const time = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
      return time === undefined ? [] : [`${file} ${Math.round(time)}`];
    });
}

/** The loader's builds differ, and a folder too many does no harm: none of the usual ones is left out. */
function searchFolders(): string[] {
  const { XDG_CONFIG_HOME, XDG_CONFIG_DIRS, XDG_DATA_HOME, XDG_DATA_DIRS } = process.env;
  return [
    ...foldersIn(XDG_CONFIG_HOME),
    path.join(homedir(), '.config'),
    ...foldersIn(XDG_CONFIG_DIRS),
    '/etc/xdg',
    '/etc',
    ...foldersIn(XDG_DATA_HOME),
    path.join(homedir(), '.local/share'),
    ...foldersIn(XDG_DATA_DIRS),
    '/usr/local/share',
    '/usr/share',
    // Of NixOS, whose loader is built to look there.
    '/run/opengl-driver/share',
  ];
}

function foldersIn(variable = ''): string[] {
  return variable.split(path.delimiter).filter((folder) => folder !== '');
}

/** A folder's files, or what is given where that is none. */
function filesAt(place: string): string[] {
  try {
    return readdirSync(place).map((file) => path.join(place, file));
  } catch {
    return [place];
  }
}
