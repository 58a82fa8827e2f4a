/** Something that is asked for more often than it can be done. */
export interface OneAtATime {
  /** Does it now, or once more after the time that is under way; settles when all is done. */
  readonly request: () => Promise<void>;
  readonly isBusy: () => boolean;
}

/** Does `action` never twice at the same time; whoever asks meanwhile shares one more time. */
export function oneAtATime(action: () => Promise<void>): OneAtATime {
  let isDue = false;
  let running: Promise<void> | undefined;
  const runWhileDue = async (): Promise<void> => {
    try {
      while (isDue) {
        isDue = false;
        await action();
      }
    } finally {
      running = undefined;
    }
  };
  return {
    request: () => {
      isDue = true;
      running ??= runWhileDue();
      return running;
    },
    isBusy: () => running !== undefined,
  };
}
