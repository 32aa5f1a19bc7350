import { Form, useNavigation } from "@remix-run/react";
import { Button } from "~/components/button";
import { RadioGroup } from "~/components/choice";
import { InputField, SelectField } from "~/components/inputs";
import type { FieldErrors } from "./form-errors";
import type { PicturePage } from "./picture-page.queries.server";
import { mostRegions, regionField, regionFields, regionsIn, type PictureRedaction } from "./picture-redaction";

const labels: Record<(typeof regionFields)[number], string> = { left: "From the left, %", top: "From the top, %", width: "Width, %", height: "Height, %" };

/** Empty rows beyond those that are filled in. */
const spare = 3;

export type Refused = { sent: Record<string, string>; errors: FieldErrors } | null;

/** What a packet shows of a picture, and the button that makes it. */
export function PictureForm({ page, refused }: { page: PicturePage; refused: Refused }) {
  const busy = useNavigation().state !== "idle";
  return (
    <Form method="post" className="grid gap-4">
      <input type="hidden" name="version" value={page.version} />
      <CoverFields redaction={page.redaction} refused={refused} whole="The picture as a whole" />
      <div>
        <Button type="submit" variant="primary" disabled={busy}>
          {page.redaction ? "Make it anew" : "Make it"}
        </Button>
      </div>
    </Form>
  );
}

/** Which parts are covered, in numbers: by keyboard alone, and without a script. */
export function CoverFields({ redaction, refused, whole }: { redaction: PictureRedaction | null; refused: Refused; whole: string }) {
  const regions = redaction?.regions ?? [];
  const sentRows = regionsIn(formOf(refused?.sent ?? {})).map(({ row }) => row);
  const filled = refused ? Math.max(0, ...sentRows.map((row) => row + 1)) : regions.length;
  const value = (name: string, own: string) => refused?.sent[name] ?? (refused ? "" : own);
  return (
    <>
      <RadioGroup
        id="whole"
        name="whole"
        label={whole}
        required
        defaultValue={value("whole", redaction?.whole ?? "none")}
        options={[
          { value: "none", label: "As it is, but for the parts below" },
          { value: "blur", label: "Blurred", hint: "Shapes and colours stay, no letter and no face does." },
        ]}
      />
      <p className="text-sm text-muted">Cover parts by their place in percent of what you see: 0 is its left or upper edge, 100 its right or lower one. Leave a row empty to drop it.</p>
      {Array.from({ length: Math.min(mostRegions, filled + spare) }, (_row, row) => {
        const own = regions[row];
        return (
          <fieldset key={row} className="grid grid-cols-2 items-end gap-3 rounded-md border border-line p-3 sm:grid-cols-5">
            <legend className="px-1 text-sm font-medium">Part {row + 1}</legend>
            {regionFields.map((name) => {
              const field = regionField(row, name);
              return (
                <InputField key={name} id={field} name={field} label={labels[name]} type="number" min={0} max={100} step={0.1} defaultValue={value(field, own ? String(own[name]) : "")} errors={refused?.errors[field]} />
              );
            })}
            <SelectField
              id={regionField(row, "how")}
              name={regionField(row, "how")}
              label="How"
              defaultValue={value(regionField(row, "how"), own?.how ?? "blackout")}
              options={[
                { value: "blackout", label: "Black" },
                { value: "blur", label: "Blurred" },
              ]}
            />
          </fieldset>
        );
      })}
    </>
  );
}

function formOf(sent: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(sent)) form.set(name, value);
  return form;
}
