import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { DenseItem, DenseList } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { TextLink } from "~/components/link";
import { Panel } from "~/components/panel";
import { TabLinks } from "~/components/tabs";
import { Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";
import { endExemption } from "~/modules/signals/end-exemption.server";
import { exemptAccount } from "~/modules/signals/exempt-account.server";
import { ExemptionsPanel } from "~/modules/signals/exemptions-panel";
import { endExemptionSchema, exemptAccountSchema, setThresholdSchema } from "~/modules/signals/rule-book.schema";
import type { FormAnswer } from "~/modules/signals/rule-form";
import { ModePill } from "~/modules/signals/rule-history";
import { modeNames } from "~/modules/signals/rule-in-words";
import { exemptionsOfPlatform, rulesOfPlatform } from "~/modules/signals/rules.queries.server";
import { setThreshold } from "~/modules/signals/set-threshold.server";
import { ThresholdPanel } from "~/modules/signals/threshold-panel";

const here = (key: string) => `/settings/rules?platform=${encodeURIComponent(key)}`;

export const meta: MetaFunction = () => [{ title: "Detection rules" }];

async function chosen(request: Request, context: LoaderFunctionArgs["context"]) {
  const platforms = await platformChoices(context.deps.db);
  const asked = new URL(request.url).searchParams.get("platform");
  const known = platforms.find((one) => one.key === (asked ?? "customerflows"));
  if (asked !== null && !known) throw data({ reason: "platform_unknown" }, { status: 404 });
  return { platforms, key: (known ?? platforms[0])?.key ?? null };
}

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "signal:read");
  const { deps } = context;
  const { platforms, key } = await chosen(request, context);
  const shown = key === null ? null : await rulesOfPlatform(deps, key);
  return { platforms: platforms.map((one) => ({ key: one.key, name: one.name })), shown: shown && { ...shown, exemptions: await exemptionsOfPlatform(deps, shown.platform.key) }, mayEdit: may(actor, "rule:manage"), now: deps.clock().toISO() };
}

type Answer = FormAnswer & { about: string };
const fieldOf: Readonly<Record<string, string>> = { account_unknown: "account", effective_day_past: "startsOn", last_day_past: "lastDay", rule_without_clause: "rule", threshold_unchanged: "signalThreshold" };

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "rule:manage");
  const { deps } = context;
  const { key } = await chosen(request, context);
  const form = await readForm(request);
  form.set("platformKey", key ?? "");
  const intent = form.get("intent");
  const about = intent === "end" ? String(form.get("exemptionId") ?? "") : intent === "threshold" ? "threshold" : "";
  const values = Object.fromEntries([...new Set(form.keys())].map((name) => [name, String(form.get(name))]));
  const answer = (status: number, errors: FormAnswer["errors"]) => data<Answer>({ about, values, errors, preview: null }, { status });
  const submission = intent === "end" ? parseWithZod(form, { schema: endExemptionSchema }) : intent === "threshold" ? parseWithZod(form, { schema: setThresholdSchema }) : parseWithZod(form, { schema: exemptAccountSchema });
  if (submission.status !== "success") return answer(422, Object.fromEntries(Object.entries(submission.error ?? {}).flatMap(([name, errors]) => (errors ? [[name, errors]] : []))));
  const input = submission.value;
  const told = (reason: string) => {
    const { status, sentence } = refusalText(reason);
    return answer(status, { [fieldOf[reason] ?? ""]: [sentence] });
  };
  if ("signalThreshold" in input) {
    const set = await setThreshold(deps, actor, input);
    return set.ok ? redirectWithFlash(`${here(key ?? "")}#threshold`, { tone: "ok", text: `Signals open a case from ${input.signalThreshold} points on.` }) : told(set.reason);
  }
  const done = "exemptionId" in input ? await endExemption(deps, actor, input) : await exemptAccount(deps, actor, input);
  if (!done.ok) return told(done.reason);
  return redirectWithFlash(`${here(key ?? "")}#exemptions`, { tone: "ok", text: "exemptionId" in input ? "The rule applies to this account again." : "The rule leaves this account alone." });
}

export default function Rules() {
  const { platforms, shown, mayEdit, now } = useLoaderData<typeof loader>();
  const answer = useActionData<Answer>() ?? null;
  if (!shown) return <EmptyState title="There is no platform yet">Rules watch over the clauses of a platform's policies.</EmptyState>;
  const { platform, threshold, rules, without, exemptions } = shown;
  return (
    <div className="grid gap-4">
      <p className="text-sm text-muted">What machines look for in message events. A message is judged by the version in force when it was sent.</p>
      <TabLinks label="Platforms" tabs={platforms.map(({ key, name }) => ({ to: here(key), label: name, current: key === platform.key }))} />
      <Panel title={`Rules of ${platform.name}`} id="rules" flush>
        {rules.length === 0 ? <EmptyState title="No rule fits">The policies of {platform.name} have no clause that a rule watches over.</EmptyState> : null}
        <DenseList label="Rules">
          {rules.map((rule) => (
            <DenseItem key={rule.rule}>
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <TextLink to={`/settings/rules/${platform.key}/${rule.rule}`} className="font-medium">
                  {rule.title}
                </TextLink>
                <ModePill mode={rule.mode} />
                <span className="text-muted">{rule.clause}</span>
              </p>
              {rule.parameters.length > 0 ? <p>{rule.parameters.map(({ what, value }) => `${what}: ${value}`).join(" · ")}</p> : null}
              <p className="text-muted">
                Version {rule.version}, in force {rule.since ? <>since <Time at={rule.since} now={now} zone={platform.zone} /></> : "since it joined the catalogue"}
                {rule.next ? <>. Version {rule.next.version} ({modeNames[rule.next.mode]}) takes over <Time at={rule.next.at} now={now} zone={platform.zone} /></> : null}.
              </p>
            </DenseItem>
          ))}
        </DenseList>
      </Panel>
      {without.length > 0 ? (
        <details className="text-sm text-muted">
          <summary className="w-fit cursor-pointer underline underline-offset-2">{`${without.length} ${without.length === 1 ? "rule does" : "rules do"} not run here, for no policy of ${platform.name} has a clause for it`}</summary>
          <ul className="mt-1 list-disc pl-5">
            {without.map((title) => (
              <li key={title}>{title}</li>
            ))}
          </ul>
        </details>
      ) : null}
      {rules.length > 0 ? <ThresholdPanel key={`${platform.key}-${threshold}`} platform={platform} threshold={threshold} mayEdit={mayEdit} answer={answer?.about === "threshold" ? answer : null} /> : null}
      {rules.length > 0 ? <ExemptionsPanel key={`${platform.key}-${exemptions.live.length}`} platform={platform} rules={rules} exemptions={exemptions} mayEdit={mayEdit} answer={answer} now={now} /> : null}
    </div>
  );
}
