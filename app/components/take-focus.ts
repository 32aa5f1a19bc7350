/**
 * A `ref` that gives the focus to what appears, in the moment it stands on the page: an effect would come later, and take the focus
 * from whoever has gone on typing by then. Give what should take it again a `key` that changes.
 */
export const takeFocus = (appeared: HTMLElement | null): void => appeared?.focus();
