/**
 * What is kept out of sight until somebody asks for it (DESIGN: wellness). Text of reports in these areas may be
 * graphic; pictures always start blurred and grey, whatever the area.
 */
const graphicAreas: readonly string[] = ["illegal_content"];

export const foldsText = (area: string): boolean => graphicAreas.includes(area);
