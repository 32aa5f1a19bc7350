/** Where the console itself writes from, for mail that no platform sends: `console@` the host it is reached at. */
export const consoleAddress = (publicUrl: string): string => `console@${new URL(publicUrl).hostname}`;
