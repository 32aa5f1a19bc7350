import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { TextLink } from "~/components/link";
import { Facts, Panel } from "~/components/panel";
import { absoluteTime } from "~/components/time-format";
import { Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { rulePage } from "~/modules/signals/rules.queries.server";
import { ruleDraftSchema, setRuleSchema } from "~/modules/signals/rule-book.schema";
import { beginsOn } from "~/modules/signals/rule-change";
import { RuleForm, type FormAnswer } from "~/modules/signals/rule-form";
import { ModePill, RuleHistory } from "~/modules/signals/rule-history";
import { changesInWords, parametersInWords } from "~/modules/signals/rule-in-words";
import { isRuleCode, ruleCatalogue } from "~/modules/signals/rules/rule-catalogue";
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
  return { page: await found(context, params), mayEdit: may(actor, "rule:manage"), now: context.deps.clock().toISO() };
}

const fieldOf: Readonly<Record<string, string>> = { effective_day_past: "effectiveOn", automation_unconfirmed: "confirmedClause" };

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "rule:manage");
  const { deps } = context;
  const page = await found(context, params);
  const form = await readForm(request);
  form.set("platformKey", page.platform.key);
  form.set("rule", page.rule);
  const values = Object.fromEntries([...new Set(form.keys())].map((name) => [name, form.getAll(name).filter((value) => typeof value === "string")]));
  const answer = (status: number, over: Partial<FormAnswer>) => data<FormAnswer>({ values, errors: {}, preview: null, ...over }, { status });
  const told = (reason: string) => {
    const { status, sentence } = refusalText(reason);
    return answer(status, { errors: { [fieldOf[reason] ?? ""]: [sentence] } });
  };
  const saving = form.get("intent") === "save";
  const submission = parseWithZod(form, { schema: saving ? setRuleSchema(page.rule) : ruleDraftSchema(page.rule) });
  if (submission.status !== "success") return answer(422, { errors: Object.fromEntries(Object.entries(submission.error ?? {}).flatMap(([name, errors]) => (errors ? [[name, errors]] : []))) });
  if (!saving) {
    const { mode, parameters, effectiveOn } = submission.value;
    const begins = beginsOn(effectiveOn, page.platform.zone, deps.clock());
    if (!begins.ok) return told(begins.reason);
    const from = effectiveOn ? `It begins ${absoluteTime(begins.at.toISO()!, page.platform.zone)}.` : "It begins as soon as it is saved.";
    return answer(200, { preview: { changes: changesInWords(page.rule, page.newest, { mode, parameters }), begins: `${from} Messages sent before are judged as they were.` } });
  }
  const set = await setRule(deps, actor, { reason: "", ...submission.value });
  if (!set.ok) return told(set.reason);
  return redirectWithFlash(`/settings/rules/${page.platform.key}/${page.rule}`, { tone: "ok", text: submission.value.effectiveOn ? `Version ${set.version} is saved and waits for its day.` : `Version ${set.version} is in force from now on.` });
}

export default function RuleSettings() {
  const { page, mayEdit, now } = useLoaderData<typeof loader>();
  const answer = useActionData<FormAnswer>() ?? null;
  const { title, source } = ruleCatalogue[page.rule];
  return (
    <div className="grid gap-4">
      <p className="text-sm">
        <TextLink to={`/settings/rules?platform=${page.platform.key}`}>{`All rules of ${page.platform.name}`}</TextLink>
      </p>
      <Panel title={title} id="now" aside={page.current ? <ModePill mode={page.current.mode} /> : null}>
        <p className="mb-3 max-w-prose text-sm text-muted">{source}</p>
        <Facts
          facts={[
            { name: "Clause", value: page.clause },
            { name: "Version", value: page.current?.version ?? "—" },
            { name: "In force", value: page.current?.since ? <Time at={page.current.since} now={now} zone={page.platform.zone} /> : "Since it joined the catalogue" },
            ...(page.current ? parametersInWords(page.rule, page.current.parameters).map(({ name, what, value }) => ({ key: name, name: what, value })) : []),
            ...(page.next ? [{ name: "Next", value: <>Version {page.next.version}, <Time at={page.next.at} now={now} zone={page.platform.zone} /></> }] : []),
          ]}
        />
      </Panel>
      {mayEdit ? (
        <Panel title="Change it" id="edit">
          <RuleForm key={page.newest.version} page={page} answer={answer} />
        </Panel>
      ) : null}
      <RuleHistory page={page} now={now} />
    </div>
  );
}
