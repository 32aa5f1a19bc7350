import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { DenseItem, DenseList } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { ErrorSummary } from "~/components/error-summary";
import { InputField, SelectField, TextareaField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import type { FormAnswer } from "./rule-form";
import type { exemptionsOfPlatform, RuleLine } from "./rules.queries.server";

type Exemptions = Awaited<ReturnType<typeof exemptionsOfPlatform>>;
interface PanelProps {
  platform: { key: string; name: string; zone: string };
  rules: readonly RuleLine[];
  exemptions: Exemptions;
  mayEdit: boolean;
  /** Of the exemption it was about; empty: a new one. */
  answer: (FormAnswer & { about: string }) | null;
  now: string;
}

/** Accounts that rules leave alone: which, until when and why; adding one and ending one. */
export function ExemptionsPanel({ platform, rules, exemptions, mayEdit, answer, now }: PanelProps) {
  const seen = { now, zone: platform.zone };
  return (
    <Panel title="Exempt accounts" id="exemptions" flush>
      {exemptions.live.length === 0 ? <EmptyState title="No account is exempt">Every rule applies to every account of {platform.name}.</EmptyState> : null}
      <DenseList label="Exemptions that hold">
        {exemptions.live.map((one) => (
          <DenseItem key={one.id}>
            <p className="flex flex-wrap items-baseline gap-x-3">
              <TextLink to={`/accounts/${one.account.id}`}>{one.account.businessName}</TextLink>
              <span>{one.title}</span>
              <span className="text-muted">
                from <Time at={one.startsAt} {...seen} />, {one.until ? <>until <Time at={one.until} {...seen} /></> : "until somebody ends it"}
              </span>
            </p>
            <p className="wrap-anywhere text-muted">{`${one.reason} (${one.setBy})`}</p>
            {mayEdit ? <EndForm id={one.id} platformKey={platform.key} what={`${one.account.businessName}: ${one.title}`} answer={answer?.about === one.id ? answer : null} /> : null}
          </DenseItem>
        ))}
      </DenseList>
      {exemptions.over.length > 0 ? (
        <details className="border-t border-line px-4 py-3 text-sm">
          <summary className="w-fit cursor-pointer underline underline-offset-2">The latest that are over</summary>
          <ul className="mt-2 grid gap-2">
            {exemptions.over.map((one) => (
              <li key={one.id} className="wrap-anywhere">
                {`${one.account.businessName}: ${one.title}, until `}
                <Time at={one.until ?? one.startsAt} {...seen} />. {one.ended ? `Ended by ${one.ended.by}: ${one.ended.reason}` : one.reason}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      {mayEdit ? (
        <div className="border-t border-line p-4">
          <AddForm platform={platform} rules={rules} answer={answer?.about === "" ? answer : null} />
        </div>
      ) : null}
    </Panel>
  );
}

const valueOf = (answer: FormAnswer | null, name: string): string => {
  const value = answer?.values[name];
  return (typeof value === "string" ? value : value?.[0]) ?? "";
};
const errorsOf = (answer: FormAnswer | null, name: string): string[] | undefined => (answer?.errors[name] ? [...answer.errors[name]] : undefined);

function AddForm({ platform, rules, answer }: { platform: PanelProps["platform"]; rules: readonly RuleLine[]; answer: FormAnswer | null }) {
  const field = (name: string) => ({ id: `exempt-${name}`, name, defaultValue: valueOf(answer, name), errors: errorsOf(answer, name) });
  return (
    <details open={answer !== null}>
      <summary className="w-fit cursor-pointer text-sm font-medium text-accent underline underline-offset-2">Exempt an account</summary>
      <Form method="post" action={`?platform=${platform.key}#exemptions`} noValidate className="mt-4 grid max-w-xl gap-4">
        <ErrorSummary title="The account is not exempt" entries={Object.entries(answer?.errors ?? {}).map(([name, errors]) => ({ id: name ? `exempt-${name}` : null, errors }))} />
        <SelectField label="Rule" {...field("rule")} options={rules.map(({ rule, title }) => ({ value: rule, label: title }))} required />
        <InputField label="Account" hint={`The id ${platform.name} gave it.`} {...field("account")} required />
        <InputField label="First day" type="date" hint="Empty: from now on." {...field("startsOn")} />
        <InputField label="Last day" type="date" hint={`It holds to the end of that day in ${platform.zone}. Empty: until somebody ends it.`} {...field("lastDay")} />
        <TextareaField label="Reason" rows={2} hint="It stays in the audit trail." {...field("reason")} required />
        <Button type="submit" name="intent" value="exempt" variant="primary" className="justify-self-start">
          Exempt it
        </Button>
      </Form>
    </details>
  );
}

function EndForm({ id, platformKey, what, answer }: { id: string; platformKey: string; what: string; answer: FormAnswer | null }) {
  return (
    <details open={answer !== null} className="mt-1">
      <summary className="w-fit cursor-pointer underline underline-offset-2" aria-label={`End the exemption of ${what}`}>
        End it
      </summary>
      <Form method="post" action={`?platform=${platformKey}#exemptions`} noValidate className="mt-2 grid max-w-xl gap-3">
        <ErrorSummary title="The exemption goes on" entries={Object.entries(answer?.errors ?? {}).map(([name, errors]) => ({ id: name ? `end-${id}-${name}` : null, errors }))} />
        <input type="hidden" name="exemptionId" value={id} />
        <TextareaField label="Why it ends" rows={2} id={`end-${id}-reason`} name="reason" defaultValue={valueOf(answer, "reason")} errors={errorsOf(answer, "reason")} required />
        <Button type="submit" name="intent" value="end" className="justify-self-start">
          End the exemption
        </Button>
      </Form>
    </details>
  );
}
