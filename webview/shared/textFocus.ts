/** Whether a control that takes letters has the focus; bubbles up to the page. */
export type TextFocusEvent = CustomEvent<boolean>;

/**
 * For `focusin` and `focusout` of controls that take letters. They must tell it themselves: an event of a focus that
 * moves inside one shadow tree is not seen outside of it.
 */
export function tellTextFocus(event: FocusEvent): void {
  const detail = event.type === 'focusin';
  event.currentTarget?.dispatchEvent(
    new CustomEvent<boolean>('text-focus', { detail, bubbles: true, composed: true }),
  );
}
