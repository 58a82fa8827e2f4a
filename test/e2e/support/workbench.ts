import type { Locator, Page } from 'playwright-core';

const SOON_MS = 20_000;
const EXTENSION_LOADED_MS = 60_000;
const PALETTE_MS = 4_000;
const PALETTE_ATTEMPTS = 10;
const MENU_MS = 4_000;
const MENU_ATTEMPTS = 8;
const MENU_DEAF_MS = 200;

/**
 * Runs a command as a person does: F1, its title, Enter. The palette lists what can be run when it opens, so it is opened
 * again until it has the command.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await openPalette(page);
    try {
      await quickInput(page).fill(`>${title}`, { timeout: PALETTE_MS });
      await quickRow(page, title).first().click({ timeout: PALETTE_MS });
      return;
    } catch (error) {
      if (attempt === PALETTE_ATTEMPTS) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

/** A key that is pressed while another list closes goes to that one: pressed again until the palette is there. */
export async function openPalette(page: Page): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await page.keyboard.press('F1');
    try {
      await quickInput(page).waitFor({ timeout: PALETTE_MS });
      return;
    } catch (error) {
      if (attempt === PALETTE_ATTEMPTS) throw error;
    }
  }
}

/** Right-clicks a row of the Explorer and chooses from its menu, through submenus where several labels are given. */
export async function chooseFromExplorerMenu(page: Page, file: string, ...labels: string[]): Promise<void> {
  await chooseFromMenu(page, explorerRow(page, file), ...labels);
}

/**
 * Right-clicks an element and chooses from its menu. Until the extension has registered, the menu lacks its items or has
 * them greyed out; then it is opened again.
 */
export async function chooseFromMenu(page: Page, target: Locator, ...labels: string[]): Promise<void> {
  await target.waitFor({ timeout: EXTENSION_LOADED_MS });
  for (let attempt = 1; ; attempt++) {
    await target.click({ button: 'right' });
    try {
      for (const [depth, label] of labels.entries()) {
        const item = menuItem(page, label);
        await item.waitFor({ timeout: MENU_MS });
        // A menu takes no clicks at first, so that the one that opened it does not choose.
        await page.waitForTimeout(MENU_DEAF_MS);
        if (depth < labels.length - 1) await item.hover({ timeout: MENU_MS });
        else await item.click({ timeout: MENU_MS });
      }
      return;
    } catch (error) {
      if (attempt === MENU_ATTEMPTS) throw error;
      for (let open = labels.length; open > 0; open--) await page.keyboard.press('Escape');
    }
  }
}

/** The labels of the menu of an element. */
export async function menuLabels(page: Page, target: Locator): Promise<string[]> {
  await target.click({ button: 'right' });
  await page.locator('.monaco-menu').first().waitFor({ timeout: SOON_MS });
  const labels = await page.locator('.monaco-menu .action-label').allInnerTexts();
  await page.keyboard.press('Escape');
  return labels.map((label) => label.trim()).filter((label) => label !== '');
}

function menuItem(page: Page, label: string): Locator {
  return page.locator('.monaco-menu .action-menu-item', { hasText: label }).first();
}

export function explorerRow(page: Page, file: string): Locator {
  return page.locator(`.explorer-folders-view .monaco-list-row[aria-label^=${JSON.stringify(file)}]`).first();
}

/** Opens the folders of a path in the Explorer, one after the other, and returns the row of the last part. */
export async function unfold(page: Page, ...names: string[]): Promise<Locator> {
  for (const name of names.slice(0, -1)) {
    const row = explorerRow(page, name);
    await row.waitFor({ timeout: SOON_MS });
    if ((await row.getAttribute('aria-expanded')) === 'false') await row.click();
  }
  return explorerRow(page, names.at(-1) ?? '');
}

export function quickInput(page: Page): Locator {
  return page.locator('.quick-input-widget:visible input').first();
}

/** Rows of the open list that contain the text. */
export function quickRow(page: Page, text: string | RegExp): Locator {
  return page.locator('.quick-input-list .monaco-list-row', { hasText: text });
}

/** Waits for the list with this title and chooses the first row with the text. */
export async function chooseQuick(page: Page, title: string, text: string): Promise<void> {
  await quickTitle(page, title).waitFor({ timeout: SOON_MS });
  await quickRow(page, text).first().click({ timeout: SOON_MS });
}

/** Waits for the input box that asks for this, fills it and presses Enter. */
export async function fillQuick(page: Page, prompt: string, text: string): Promise<void> {
  await page.locator('.quick-input-message:visible', { hasText: prompt }).waitFor({ timeout: SOON_MS });
  await quickInput(page).fill(text);
  await page.keyboard.press('Enter');
}

/** A button beside the field, e.g. of a list of files. */
export function quickButton(page: Page, label: string): Locator {
  return page.locator('.quick-input-widget:visible .monaco-button', { hasText: label }).first();
}

/** The arrow at the left of a list's title. */
export async function goBack(page: Page): Promise<void> {
  await page.locator('.quick-input-left-action-bar:visible .action-label').click();
}

/** A button without text in the title of the open list, by its tooltip. */
export function quickTitleButton(page: Page, tooltip: string): Locator {
  return page.locator(`.quick-input-titlebar:visible .action-label[aria-label=${JSON.stringify(tooltip)}]`);
}

export function quickTitle(page: Page, title: string): Locator {
  return page.locator('.quick-input-title:visible', { hasText: title });
}

/** A toast, or an entry of the notification centre, that contains the text. */
export function notification(page: Page, text: string | RegExp): Locator {
  return page.locator('.notification-list-item', { hasText: text }).first();
}

export async function pressNotificationButton(
  page: Page,
  text: string | RegExp,
  button: string,
): Promise<void> {
  await notification(page, text).locator('.monaco-button', { hasText: button }).first().click();
}

export async function clearNotifications(page: Page): Promise<void> {
  await runCommand(page, 'Notifications: Clear All Notifications');
}

export function statusBarItem(page: Page, text: string | RegExp): Locator {
  return page.locator('.statusbar-item', { hasText: text }).first();
}

/** Shows the view of runs. */
export async function showRuns(page: Page): Promise<void> {
  if (await runsView(page).isVisible()) return;
  await page.locator('.activitybar .action-item a[aria-label^="TSynD"]').first().click({ timeout: SOON_MS });
  await runsView(page).waitFor({ timeout: SOON_MS });
}

function runsView(page: Page): Locator {
  return page.locator('.composite.viewlet[id="workbench.view.extension.tsynd"]');
}

/** A row of the tree of runs that contains the text. */
export function runRow(page: Page, text: string | RegExp): Locator {
  return runsView(page).locator('.monaco-list-row', { hasText: text }).first();
}

/** The button of a modal question. */
export function dialogButton(page: Page, label: string): Locator {
  return page.locator('.monaco-dialog-box .monaco-button', { hasText: label }).first();
}

/** The text of the modal question that is open, or of none. */
export function dialogText(page: Page): Locator {
  return page.locator('.monaco-dialog-box .dialog-message-container');
}

/** The tab of an editor, by its title. */
export function editorTab(page: Page, title: string | RegExp): Locator {
  return page.locator('.tabs-container .tab', { hasText: title }).first();
}

export async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+P');
  await quickInput(page).fill(name);
  await quickRow(page, name).first().click({ timeout: SOON_MS });
}
