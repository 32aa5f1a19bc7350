/** More pages of a PDF than this are looked at in the original. */
export const mostDrawnPages = 20;
