/** Marks a page that is served without scripts, so that it is the same bytes for everybody and can be kept. */
export const plainHandle = { plain: true } as const;
export const isPlain = (handle: unknown): boolean => typeof handle === "object" && handle !== null && "plain" in handle && handle.plain === true;
