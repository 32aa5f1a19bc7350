import { z } from "zod";

/** Parts of a picture at most that one form covers. */
export const mostRegions = 12;

const percent = z.number({ error: "Give a number between 0 and 100." }).min(0, "Between 0 and 100.").max(100, "Between 0 and 100.");

/** A part of a picture as it is looked at, upright: its place and size in percent of width and height, whatever its pixels. */
export const regionSchema = z
  .object({ left: percent, top: percent, width: percent.gt(0, "More than 0."), height: percent.gt(0, "More than 0."), how: z.enum(["blackout", "blur"]) })
  .refine(({ left, width }) => left + width <= 100, { error: "It goes past the right edge.", path: ["width"] })
  .refine(({ top, height }) => top + height <= 100, { error: "It goes past the lower edge.", path: ["height"] });
export type Region = z.infer<typeof regionSchema>;

/** How a picture is redacted for a packet. `whole` comes first; what is covered in either way leaves no detail to win back. */
export const pictureRedactionSchema = z.object({ whole: z.enum(["none", "blur"]), regions: z.array(regionSchema).max(mostRegions) });
export type PictureRedaction = z.infer<typeof pictureRedactionSchema>;

export type Box = { left: number; top: number; width: number; height: number };

/** The pixels a region covers: each that it touches. */
export function boxOf({ left, top, width, height }: Omit<Region, "how">, picture: { width: number; height: number }): Box {
  const span = (from: number, size: number, whole: number) => {
    const begin = Math.min(whole - 1, Math.floor((from / 100) * whole));
    return { begin, length: Math.max(1, Math.min(whole, Math.ceil(((from + size) / 100) * whole)) - begin) };
  };
  const across = span(left, width, picture.width);
  const down = span(top, height, picture.height);
  return { left: across.begin, top: down.begin, width: across.length, height: down.length };
}

/** What was done to a picture, for whoever reads the packet. */
export function redactionInWords({ whole, regions }: PictureRedaction): string {
  const count = (how: Region["how"]) => regions.filter((region) => region.how === how).length;
  const parts = (number: number, done: string) => (number === 0 ? [] : [`${number} ${number === 1 ? "part" : "parts"} ${done}`]);
  const said = [...(whole === "blur" ? ["blurred as a whole"] : []), ...parts(count("blackout"), "blacked out"), ...parts(count("blur"), "blurred")];
  return said.length > 0 ? `Encoded anew, ${said.join(", ")}` : "Encoded anew, nothing covered";
}

export const regionFields = ["left", "top", "width", "height"] as const;

/** The name and id of a form's field for one number of a region. */
export const regionField = (row: number, field: string): string => `region-${row}-${field}`;

/** The regions of a form, with the row each stands in; rows with nothing in them are none. */
export function regionsIn(form: FormData): { row: number; region: unknown }[] {
  const text = (row: number, name: string) => String(form.get(regionField(row, name)) ?? "").trim();
  const numberOf = (said: string) => (said === "" ? undefined : Number(said.replace(",", ".")));
  return Array.from({ length: mostRegions }, (_row, row) => row)
    .filter((row) => regionFields.some((name) => text(row, name) !== ""))
    .map((row) => ({ row, region: { ...Object.fromEntries(regionFields.map((name) => [name, numberOf(text(row, name))])), how: text(row, "how") || "blackout" } }));
}
