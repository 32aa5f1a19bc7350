/** Something the person at the keyboard can put right: its message is one clear sentence and is shown without a stack. */
export class Plain extends Error {}

/** @param {unknown} error what the terminal shows for it */
export const sentenceOf = (error) => (error instanceof Plain ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
