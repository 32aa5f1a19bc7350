/** A phone's largest common picture has 50 million; what unfolds to more is taken for a bomb. */
export const mostPixels = 52_000_000;
/** Of a rendition: no larger than a screen needs. */
export const longestSide = 2_560;
export const secondsPerPicture = 15;
