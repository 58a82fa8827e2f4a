/** How two images that belong together are laid out. */
export const COMPARE_MODES = ['sideBySide', 'swipe'] as const;
export type CompareMode = (typeof COMPARE_MODES)[number];
