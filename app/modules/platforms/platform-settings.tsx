import { useForm, type SubmissionResult } from "@conform-to/react";
import { getZodConstraint, parseWithZod } from "@conform-to/zod/v4";
import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { Code } from "~/components/code-block";
import { ErrorSummary, summaryOf } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { InputField } from "~/components/inputs";
import { Facts, Panel } from "~/components/panel";
import { fourEyesInWords, type FurtherKind } from "./four-eyes";
import { appealPauseBounds, appealPauseSchema } from "./appeal-pause.schema";
import { addHolidaySchema } from "./holiday.schema";

export interface PlatformView {
  key: string;
  name: string;
  legalName: string;
  postalAddress: string;
  abuseEmail: string;
  appealsEmail: string;
  supportEmail: string;
  securityEmail: string;
  zone: string;
  calendar: string;
  appealWindowDays: number;
  appealSlaBusinessDays: number;
  appealPauseBusinessDays: number;
  policyNoticeLeadDays: number;
  interimMeasureDays: number;
  deletionDays: number;
  accessRequestDays: number;
  evidenceRetentionDays: number;
  fourEyesSuspensionDays: number;
  fourEyesKinds: readonly FurtherKind[];
  features: readonly { code: string; name: string; retired: boolean }[];
  holidays: readonly { day: string; name: string }[];
}

const calendars: Record<string, string> = { us_federal: "United States federal holidays, with the days they are observed on", weekdays: "Monday to Friday, no holidays" };

/** One platform's terms, as the rules use them, and the days added to its business calendar. */
export function PlatformSettings({ platform, lastResult, pauseResult }: { platform: PlatformView; lastResult: SubmissionResult<string[]> | null; pauseResult: SubmissionResult<string[]> | null }) {
  return (
    <Panel title={platform.name} id={platform.key} aside={<Code>{platform.key}</Code>}>
      <div className="grid gap-6 lg:grid-cols-2">
        <Facts
          facts={[
            { name: "Legal entity", value: platform.legalName },
            { name: "Address", value: platform.postalAddress },
            { name: "Abuse", value: platform.abuseEmail },
            { name: "Appeals", value: platform.appealsEmail },
            { name: "Support", value: platform.supportEmail },
            { name: "Security", value: platform.securityEmail },
            { name: "Time zone", value: platform.zone },
            { name: "Holidays", value: calendars[platform.calendar] ?? platform.calendar },
          ]}
        />
        <Facts
          facts={[
            { name: "Appeal window", value: `${platform.appealWindowDays} days after the day they were informed` },
            { name: "Appeals decided in", value: `${platform.appealSlaBusinessDays} business days` },
            { name: "Appeals wait", value: `${platform.appealPauseBusinessDays} business days at most for one answer` },
            { name: "Policy notice", value: `${platform.policyNoticeLeadDays} full days before a change` },
            { name: "Interim measure", value: `ends by itself after ${platform.interimMeasureDays} days` },
            { name: "Second person", value: `for ${fourEyesInWords(platform)}` },
            { name: "Deletion", value: `personal data within ${platform.deletionDays} days` },
            { name: "Access requests", value: `answered within ${platform.accessRequestDays} days` },
            { name: "Evidence kept", value: `${platform.evidenceRetentionDays} days` },
            { name: "Features", value: platform.features.filter(({ retired }) => !retired).map((feature) => feature.name).join(", ") || "None" },
          ]}
        />
      </div>
      <PauseForm platform={platform} lastResult={pauseResult} />
      <h3 className="mt-6 mb-2 font-medium">Days added to the calendar</h3>
      {platform.holidays.length === 0 ? (
        <p className="text-sm text-muted">None. Only weekends and the holidays above are passed over.</p>
      ) : (
        <ul className="grid gap-1 text-sm">
          {platform.holidays.map((holiday) => (
            <li key={holiday.day} className="flex flex-wrap items-center gap-3">
              <time dateTime={holiday.day} className="tabular-nums">
                {holiday.day}
              </time>
              <span className="min-w-0 wrap-anywhere">{holiday.name}</span>
              <Form method="post">
                <input type="hidden" name="platformKey" value={platform.key} />
                <input type="hidden" name="day" value={holiday.day} />
                <Button type="submit" name="intent" value="remove" size="sm" variant="quiet" aria-label={`Remove ${holiday.name}, ${holiday.day}`}>
                  Remove
                </Button>
              </Form>
            </li>
          ))}
        </ul>
      )}
      <HolidayForm platformKey={platform.key} lastResult={lastResult} />
    </Panel>
  );
}

function PauseForm({ platform, lastResult }: { platform: PlatformView; lastResult: SubmissionResult<string[]> | null }) {
  const [form, fields] = useForm({
    id: `pause-${platform.key}`,
    lastResult,
    defaultValue: { pauseDays: String(platform.appealPauseBusinessDays) },
    constraint: getZodConstraint(appealPauseSchema),
    onValidate: ({ formData }) => parseWithZod(formData, { schema: appealPauseSchema }),
  });
  return (
    <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="mt-6">
      <ErrorSummary title="The waiting time was not changed" entries={summaryOf(form, { pauseDays: fields.pauseDays })} />
      <input type="hidden" name="platformKey" value={platform.key} />
      <div className="flex flex-wrap items-end gap-3">
        <InputField
          label="An appeal’s clock waits for one answer, in business days"
          hint={`From ${appealPauseBounds.min} to ${appealPauseBounds.max}. Counts for questions that reach their mail server from now on.`}
          type="number"
          inputMode="numeric"
          {...fieldProps(fields.pauseDays)}
          required
        />
        <Button type="submit" name="intent" value="pause">
          Set the waiting time
        </Button>
      </div>
    </Form>
  );
}

function HolidayForm({ platformKey, lastResult }: { platformKey: string; lastResult: SubmissionResult<string[]> | null }) {
  const [form, fields] = useForm({
    id: `holiday-${platformKey}`,
    lastResult,
    constraint: getZodConstraint(addHolidaySchema),
    onValidate: ({ formData }) => parseWithZod(formData, { schema: addHolidaySchema }),
  });
  return (
    <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="mt-4">
      <ErrorSummary title="The day was not added" entries={summaryOf(form, { day: fields.day, name: fields.name })} />
      <input type="hidden" name="platformKey" value={platformKey} />
      <div className="flex flex-wrap items-end gap-3">
        <InputField label="Day" type="date" {...fieldProps(fields.day)} required />
        <InputField label="Called" {...fieldProps(fields.name)} className="min-w-48 flex-1" required />
        <Button type="submit" name="intent" value="add">
          Add the day
        </Button>
      </div>
      <p className="mt-2 text-sm text-muted">Counts for deadlines set from now on. Deadlines people were already told stay as they are.</p>
    </Form>
  );
}
