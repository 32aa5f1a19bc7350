import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { Callout } from "~/components/flash";
import { TextLink } from "~/components/link";
import { Facts, Panel } from "~/components/panel";
import { absoluteTime } from "~/components/time-format";
import { Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import type { Deps } from "~/infra/deps.server";
import { may, type StaffActor } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { confirmAutomation, dropAutomation, endAutomation } from "~/modules/signals/answer-automation.server";
import { askAutomation } from "~/modules/signals/ask-automation.server";
import { AutomationPanel } from "~/modules/signals/automation-panel";
import { answerAutomationSchema, askAutomationSchema } from "~/modules/signals/rule-automation.schema";
import { proposalInWords, proposesNothing } from "~/modules/signals/rule-interim";
import { rulePage, type RulePage } from "~/modules/signals/rules.queries.server";
import { tryDraftSchema, tryVersionSchema } from "~/modules/signals/backtest/backtest.schema";
import { backtestsOfRule } from "~/modules/signals/backtest/backtest.queries.server";
import { BacktestDays, BacktestsPanel } from "~/modules/signals/backtest/backtests-panel";
import { startBacktest } from "~/modules/signals/start-backtest.server";
import { ruleDraftSchema, setRuleSchema } from "~/modules/signals/rule-book.schema";
import { beginsOn } from "~/modules/signals/rule-change";
import { RuleForm, type FormAnswer } from "~/modules/signals/rule-form";
import { ModePill, RuleHistory } from "~/modules/signals/rule-history";
import { changesInWords, parametersInWords } from "~/modules/signals/rule-in-words";
import { isEventRule, isRuleCode, ruleCatalogue } from "~/modules/signals/rules/rule-catalogue";
import { setRule } from "~/modules/signals/set-rule.server";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded ? ruleCatalogue[loaded.page.rule].title : "Rule" }];

async function found(context: LoaderFunctionArgs["context"], params: LoaderFunctionArgs["params"]) {
  const rule = params.rule ?? "";
  const page = isRuleCode(rule) ? await rulePage(context.deps, params.platform ?? "", rule) : null;
  if (!page) throw data({ reason: "not_found" }, { status: 404 });
  return page;
}

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "signal:read");
  const { present, ...page } = await found(context, params);
  const backtests = await backtestsOfRule(context.deps, page.platform.key, present ? [present] : [], page.rule);
  return { page, backtests, me: actor.id, mayEdit: may(actor, "rule:manage"), mayConfirm: may(actor, "decision:approve"), now: context.deps.clock().toISO() };
}

const fieldOf: Readonly<Record<string, string>> = {
  effective_day_past: "effectiveOn",
  automation_unconfirmed: "confirmedClause",
  unknown_feature: "interimFeatures",
  backtest_day_not_stored: "firstDay",
  backtest_day_not_over: "lastDay",
  backtest_days_reversed: "lastDay",
};

const errorsOf = (error: Record<string, string[] | null> | null | undefined): FormAnswer["errors"] => Object.fromEntries(Object.entries(error ?? {}).flatMap(([name, errors]) => (errors ? [[name, errors]] : [])));

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "signal:read");
  const { deps } = context;
  const page = await found(context, params);
  const form = await readForm(request);
  if (String(form.get("intent")).endsWith("-automation")) return automate(deps, actor, page, form);
  form.set("platformKey", page.platform.key);
  form.set("rule", page.rule);
  const values = Object.fromEntries([...new Set(form.keys())].map((name) => [name, form.getAll(name).filter((value) => typeof value === "string")]));
  const answer = (status: number, over: Partial<FormAnswer>) => data<FormAnswer>({ values, errors: {}, preview: null, ...over }, { status });
  const told = (reason: string) => {
    const { status, sentence } = refusalText(reason);
    return answer(status, { errors: { [fieldOf[reason] ?? ""]: [sentence] } });
  };
  const trying = form.get("intent") === "try" || form.get("intent") === "try-version";
  if (trying) {
    const asked = form.get("intent") === "try" ? parseWithZod(form, { schema: tryDraftSchema(page.rule) }) : parseWithZod(form, { schema: tryVersionSchema(page.rule) });
    if (asked.status !== "success") return answer(422, { errors: errorsOf(asked.error) });
    const started = await startBacktest(deps, actor, asked.value);
    return started.ok ? redirectWithFlash(`/settings/rules/${page.platform.key}/${page.rule}/backtests/${started.backtestId}`, { tone: "ok", text: "The back-test has started. You can leave this page." }) : told(started.reason);
  }
  const saving = form.get("intent") === "save";
  if (!may(actor, "rule:manage")) return told("forbidden");
  const submission = parseWithZod(form, { schema: saving ? setRuleSchema(page.rule) : ruleDraftSchema(page.rule) });
  if (submission.status !== "success") return answer(422, { errors: errorsOf(submission.error) });
  if (!saving) {
    const { mode, parameters, effectiveOn } = submission.value;
    const begins = beginsOn(effectiveOn, page.platform.zone, deps.clock());
    if (!begins.ok) return told(begins.reason);
    const from = effectiveOn ? `It begins ${absoluteTime(begins.at.toISO()!, page.platform.zone)}.` : "It begins as soon as it is saved.";
    return answer(200, { preview: { changes: changesInWords(page.rule, page.newest, { mode, parameters, measure: mode === "signal_and_interim" ? { features: submission.value.interimFeatures, days: submission.value.interimDays ?? page.usualDays } : null }, page.featureNames), begins: `${from} ${isEventRule(page.rule) ? "Messages sent before are judged as they were" : "What accounts shared before is judged as it was"}.` } });
  }
  const set = await setRule(deps, actor, { reason: "", ...submission.value });
  if (!set.ok) return told(set.reason);
  return redirectWithFlash(`/settings/rules/${page.platform.key}/${page.rule}`, { tone: "ok", text: submission.value.effectiveOn ? `Version ${set.version} is saved and waits for its day.` : `Version ${set.version} is in force from now on.` });
}

const automated = {
  "ask-automation": "Asked for. Nothing changes until a second person confirms it.",
  "confirm-automation": "Confirmed. The rule’s measure takes effect by itself.",
  "reject-automation": "Rejected. People go on answering what the rule proposes.",
  "withdraw-automation": "Taken back.",
  "end-automation": "Switched off. People answer what the rule proposes from now on.",
} as const;

/** Asks for, answers or ends that the rule takes measures by itself. */
async function automate(deps: Deps, actor: StaffActor, page: RulePage, form: FormData) {
  const sent = Object.fromEntries([...form].flatMap(([name, value]) => (typeof value === "string" && value !== "" ? [[name, value]] : [])));
  const answer = (status: number, errors: readonly string[]) => data<FormAnswer & { about: string }>({ about: "automation", values: sent, errors: { "": errors }, preview: null }, { status });
  const asking = sent.intent === "ask-automation";
  const parsed = asking ? askAutomationSchema.safeParse({ ...sent, platformKey: page.platform.key, rule: page.rule }) : answerAutomationSchema.safeParse(sent);
  if (!parsed.success) return answer(422, parsed.error.issues.map(({ message }) => message));
  const input = parsed.data;
  const done = !("intent" in input)
    ? await askAutomation(deps, actor, input)
    : input.intent === "confirm-automation"
      ? await confirmAutomation(deps, actor, input)
      : input.intent === "end-automation"
        ? await endAutomation(deps, actor, input)
        : await dropAutomation(deps, actor, input);
  if (done.ok) return redirectWithFlash(`/settings/rules/${page.platform.key}/${page.rule}#automation`, { tone: "ok", text: automated[sent.intent as keyof typeof automated] });
  const { status, sentence } = refusalText(done.reason);
  return answer(status, [sentence]);
}

export default function RuleSettings() {
  const { page, backtests, me, mayEdit, mayConfirm, now } = useLoaderData<typeof loader>();
  const sent = useActionData<FormAnswer & { about?: string }>() ?? null;
  const answer = sent?.about ? null : sent;
  const ofVersion = answer?.values.intent?.[0] === "try-version" ? answer : null;
  const ofDraft = ofVersion ? null : answer;
  const { title, source } = ruleCatalogue[page.rule];
  return (
    <div className="grid gap-4">
      <p className="text-sm">
        <TextLink to={`/settings/rules?platform=${page.platform.key}`}>{`All rules of ${page.platform.name}`}</TextLink>
      </p>
      <Panel title={title} id="now" aside={page.current ? <ModePill mode={page.current.mode} /> : null}>
        <p className="mb-3 max-w-prose text-sm text-muted">{source}</p>
        {page.current && proposesNothing({ mode: page.current.mode, measure: page.measure }) ? (
          <Callout tone="warn" className="mb-3 max-w-prose" title="It proposes nothing">
            Version {page.current.version} was set before rules named what they propose. Its signals open cases as ever; save a version with features to restrict, and it proposes that.
          </Callout>
        ) : null}
        <Facts
          className="max-sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]"
          facts={[
            { name: "Clause", value: page.clause },
            { name: "Version", value: page.current?.version ?? "—" },
            { name: "In force", value: page.current?.since ? <Time at={page.current.since} now={now} zone={page.platform.zone} /> : "Since it joined the catalogue" },
            ...(page.current ? parametersInWords(page.rule, page.current.parameters).map(({ name, what, value }) => ({ key: name, name: what, value })) : []),
            ...(page.measure ? [{ name: "Proposes", value: proposalInWords(page.measure, page.featureNames) }] : []),
            ...(page.next ? [{ name: "Next", value: <>Version {page.next.version}, <Time at={page.next.at} now={now} zone={page.platform.zone} /></> }] : []),
          ]}
        />
      </Panel>
      {mayEdit ? (
        <Panel title="Change it" id="edit">
          <RuleForm key={page.newest.version} page={page} answer={ofDraft} days={isEventRule(page.rule) ? <BacktestDays backtests={backtests} answer={ofDraft} idPrefix="rule-" /> : null} />
        </Panel>
      ) : null}
      {page.automation.length > 0 || page.current?.mode === "signal_and_interim" ? <AutomationPanel page={page} me={me} mayAsk={mayEdit} mayConfirm={mayConfirm} answer={sent?.about ? sent : null} now={now} /> : null}
      {isEventRule(page.rule) ? <BacktestsPanel page={page} backtests={backtests} mayEdit={mayEdit} answer={ofVersion} now={now} /> : null}
      <RuleHistory page={page} now={now} />
    </div>
  );
}
