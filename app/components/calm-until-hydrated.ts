import { useEffect } from "react";

/** What React 18 hydrates a page for at once, when it comes before its turn. */
const hurrying = [
  "mousedown", "mouseup", "touchcancel", "touchend", "touchstart", "auxclick", "dblclick", "pointercancel", "pointerdown", "pointerup",
  "dragend", "dragstart", "drop", "compositionend", "compositionstart", "keydown", "keypress", "keyup", "input", "textInput",
  "copy", "cut", "paste", "click", "change", "contextmenu", "reset", "submit",
] as const;

const keepAway = (event: Event): void => event.stopImmediatePropagation();

/**
 * Keeps keys and clicks from React until the page is hydrated. It would answer the first of them by hydrating the document on
 * the spot, and fail ("Root did not complete") while Remix is still decoding the page's data, which it cannot wait for in that case; then it
 * draws everything anew, without what was typed meanwhile. What the browser itself does of them – typing, links, forms – it does.
 */
export function holdBackHurry(): void {
  for (const type of hurrying) window.addEventListener(type, keepAway, true);
}

/** Lets everything through once the page around which it stands is hydrated. */
export function useCalmUntilHydrated(): void {
  useEffect(() => {
    for (const type of hurrying) window.removeEventListener(type, keepAway, true);
  }, []);
}
