import type { Page } from 'playwright-core';
import { quickInput, quickRow, runCommand } from './workbench.ts';

/** By the names under which a person chooses them. */
export const THEMES = ['Dark Modern', 'Light Modern', 'Dark High Contrast'] as const;
export type Theme = (typeof THEMES)[number];

const CLASSES: Readonly<Record<Theme, string>> = {
  'Dark Modern': 'vs-dark',
  'Light Modern': 'vs',
  'Dark High Contrast': 'hc-black',
};

/** Changes the colour theme and waits until the workbench wears it. */
export async function setTheme(page: Page, theme: Theme): Promise<void> {
  await runCommand(page, 'Preferences: Color Theme');
  await quickInput(page).fill(theme);
  await quickRow(page, theme).first().click();
  await page.locator(`.monaco-workbench.${CLASSES[theme]}`).waitFor({ timeout: 20_000 });
}
