import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { InputField, SelectField, TextareaField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { Panel } from "~/components/panel";
import { absoluteTime } from "~/components/time-format";
import type { FieldErrors } from "./form-errors";
import { legalBases, reasonField } from "./referral.schema";
import type { ReferralPage } from "./referrals.queries.server";

/** The draft: what goes along, and what is said. A form that was refused comes back as it was sent. */
export function ReferralForm({ page, refused }: { page: ReferralPage; refused: { sent: Record<string, string[]>; errors: FieldErrors } | null }) {
  const sent = refused?.sent ?? null;
  const errors: FieldErrors = refused?.errors ?? {};
  const value = (name: string, own: string) => sent?.[name]?.[0] ?? own;
  const picked = (name: string, id: string, own: boolean) => (sent ? (sent[name]?.includes(id) ?? false) : own);
  return (
    <Panel title="Draft" id="draft">
      <Form method="post" className="grid gap-4">
        <input type="hidden" name="version" value={page.version} />
        <div className="grid gap-4 md:grid-cols-2">
          <InputField label="Agency" name="agency" required defaultValue={value("agency", page.agency)} errors={errors.agency} />
          <InputField label="Their reference" name="agencyReference" defaultValue={value("agencyReference", page.agencyReference)} errors={errors.agencyReference} />
          <SelectField label="Legal basis" name="legalBasis" required options={Object.entries(legalBases).map(([key, label]) => ({ value: key, label }))} defaultValue={value("legalBasis", page.legalBasis)} errors={errors.legalBasis} />
          <div className="grid grid-cols-2 gap-4">
            <InputField label="From day" name="periodFrom" type="date" required defaultValue={value("periodFrom", page.periodFrom)} errors={errors.periodFrom} />
            <InputField label="To day, included" name="periodTo" type="date" required defaultValue={value("periodTo", page.periodTo)} errors={errors.periodTo} />
          </div>
        </div>
        <TextareaField label="What happened" name="narrative" rows={6} required hint="For somebody who knows nothing of it. People who are not the subject are replaced by letters." defaultValue={value("narrative", page.narrative)} errors={errors.narrative} />
        <TextareaField label="Further names to hide" name="hiddenNames" rows={2} hint="One to a line: people named in the texts whom our records do not know." defaultValue={value("hiddenNames", page.hiddenNames)} errors={errors.hiddenNames} />
        <fieldset className="grid gap-2">
          <legend className="font-medium">Reports</legend>
          {page.reports.map((report) => (
            <label key={report.id} className="flex gap-2 text-sm">
              <input type="checkbox" name="reports" value={report.id} defaultChecked={picked("reports", report.id, report.chosen)} className="mt-1 size-4 accent-accent" />
              <span>{report.reference} <span className="text-muted">{absoluteTime(report.receivedAt, page.zone)}</span></span>
            </label>
          ))}
        </fieldset>
        <fieldset className="grid gap-3">
          <legend className="font-medium">Files</legend>
          <p className="text-sm text-muted">A text goes along redacted, and a picture or a PDF as what is made of it once it is chosen and saved. An original shows everything in it: give a reason for each.</p>
          {page.files.length === 0 ? <p className="text-sm text-muted">This case has no files.</p> : null}
          {page.files.map((file) => (
            <div key={file.id} className="grid gap-2 rounded-md border border-line p-3">
              <label className="flex gap-2 text-sm wrap-anywhere">
                <input type="checkbox" name="files" value={file.id} defaultChecked={picked("files", file.id, file.chosen)} className="mt-1 size-4 accent-accent" />
                {file.fileName} ({file.mediaType}, {file.size.toLocaleString("en-US")} bytes)
              </label>
              <label className="flex gap-2 text-sm">
                <input type="checkbox" name="originals" value={file.id} defaultChecked={picked("originals", file.id, file.original)} className="mt-1 size-4 accent-accent" />
                As an original
              </label>
              {file.chosen && !file.original && file.mediaType.startsWith("image/") ? <p className="text-sm"><TextLink to={`/referrals/${page.reference}/pictures/${file.id}`}>{file.redacted ? "Look at what goes along, or change it" : "Make a redacted picture: until then it is left out"}</TextLink></p> : null}
              {file.chosen && !file.original && file.mediaType === "application/pdf" ? <p className="text-sm"><TextLink to={`/referrals/${page.reference}/pages/${file.id}`}>{file.redacted ? "Look at the pages that go along, or change them" : "Let pages go along redacted: until then they are left out"}</TextLink></p> : null}
              <InputField label="Reason for the original" id={`reason-${file.id}`} name={reasonField(file.id)} defaultValue={value(reasonField(file.id), file.reason)} />
            </div>
          ))}
        </fieldset>
        <div>
          <Button type="submit" name="intent" value="save" variant="primary">
            Save and preview
          </Button>
        </div>
      </Form>
    </Panel>
  );
}
