import * as vscode from 'vscode';

import type { FlowButton, FlowItem } from './flowItems.ts';
import type { Answer, StepPlace } from './multiStep.ts';

export interface PickQuestion<T> {
  readonly title: string;
  readonly placeholder: string;
  /** Without numbers for a question aside. */
  readonly place?: Partial<StepPlace>;
  /** What can be chosen now; asked again on each change. */
  readonly items: () => readonly FlowItem<T>[];
  /** Whether more is to come. */
  readonly isBusy?: () => boolean;
  /** Where changes come from. */
  readonly watch?: (changed: () => void) => () => void;
  /** Chosen when the person just presses Enter. */
  readonly active?: T;
  /** Beside the title. */
  readonly buttons?: readonly FlowButton<T>[];
  /** Done without an answer: the question stays. */
  readonly onAside?: (value: T) => boolean;
}

interface PickItem<T> extends vscode.QuickPickItem {
  readonly item: FlowItem<T>;
}

class PickButton<T> implements vscode.QuickInputButton {
  readonly iconPath: vscode.ThemeIcon;
  readonly tooltip: string;
  readonly value: T;

  constructor({ icon, tooltip, value }: FlowButton<T>) {
    this.iconPath = new vscode.ThemeIcon(icon);
    this.tooltip = tooltip;
    this.value = value;
  }
}

/** Asks for one of several, with a back button where there is a way back. The list may change while it is open. */
export async function askPick<T>(question: PickQuestion<T>): Promise<Answer<T>> {
  const { title, placeholder, place, items, isBusy, watch, active, buttons = [], onAside } = question;
  const pick = vscode.window.createQuickPick<PickItem<T>>();
  pick.title = title;
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;
  pick.keepScrollPosition = true;
  showPlace(pick, place);
  pick.buttons = [...pick.buttons, ...buttons.map((button) => new PickButton(button))];
  const show = (): void => {
    const kept = keptLabel(pick, active !== undefined);
    pick.busy = isBusy?.() ?? false;
    pick.items = items().map(toPickItem);
    const before = pick.items.find(({ label }) => label === kept);
    const wanted = before ?? pick.items.find(({ item }) => active !== undefined && item.value === active);
    if (wanted) pick.activeItems = [wanted];
  };
  show();
  const unwatch = watch?.(show);
  const answer = await new Promise<Answer<T>>((resolve) => {
    const say = (value: T): void => {
      if (onAside?.(value) !== true) resolve({ kind: 'next', value });
    };
    pick.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) resolve('back');
      else if (button instanceof PickButton) say((button as PickButton<T>).value);
    });
    pick.onDidTriggerItemButton(({ button }) => {
      if (button instanceof PickButton) say((button as PickButton<T>).value);
    });
    pick.onDidAccept(() => {
      const value = pick.activeItems.at(0)?.item.value;
      if (value !== undefined) say(value);
    });
    pick.onDidHide(() => resolve('cancel'));
    pick.show();
  });
  unwatch?.();
  pick.dispose();
  return answer;
}

export interface TextQuestion {
  readonly title: string;
  readonly prompt: string;
  /** Without numbers for a question aside. */
  readonly place?: Partial<StepPlace>;
  readonly value: string;
  /** What is wrong with a text, in one sentence; undefined when nothing is. */
  readonly problem: (text: string) => string | undefined;
}

/** Asks for a text, which is taken only once nothing is wrong with it. */
export async function askText({
  title,
  prompt,
  place,
  value,
  problem,
}: TextQuestion): Promise<Answer<string>> {
  const input = vscode.window.createInputBox();
  input.title = title;
  input.prompt = prompt;
  input.value = value;
  input.ignoreFocusOut = true;
  showPlace(input, place);
  const answer = await new Promise<Answer<string>>((resolve) => {
    input.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) resolve('back');
    });
    input.onDidChangeValue((text) => (input.validationMessage = problem(text)));
    input.onDidAccept(() => {
      input.validationMessage = problem(input.value);
      if (problem(input.value) === undefined) resolve({ kind: 'next', value: input.value });
    });
    input.onDidHide(() => resolve('cancel'));
    input.show();
  });
  input.dispose();
  return answer;
}

/** What stays active when the list changes: what the person went to, and not what was merely first. */
function keptLabel<T>(
  { items, activeItems }: vscode.QuickPick<PickItem<T>>,
  hasWish: boolean,
): string | undefined {
  const active = activeItems.at(0);
  return active === items.at(0) && !hasWish ? undefined : active?.label;
}

function showPlace(
  input: Pick<vscode.InputBox, 'step' | 'totalSteps' | 'buttons'>,
  place: Partial<StepPlace> | undefined,
): void {
  input.step = place?.step;
  input.totalSteps = place?.totalSteps;
  input.buttons = place?.canGoBack ? [vscode.QuickInputButtons.Back] : [];
}

function toPickItem<T>(item: FlowItem<T>): PickItem<T> {
  const { label, description, detail, isHeading, buttons } = item;
  return {
    item,
    label,
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
    ...(buttons === undefined ? {} : { buttons: buttons.map((button) => new PickButton(button)) }),
    kind: isHeading ? vscode.QuickPickItemKind.Separator : vscode.QuickPickItemKind.Default,
    // What is only to be read stays in sight, whatever is typed.
    alwaysShow: item.value === undefined,
  };
}
