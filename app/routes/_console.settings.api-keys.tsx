import { useForm } from "@conform-to/react";
import { getZodConstraint, parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { KeyRound } from "lucide-react";
import { readForm } from "~/infra/http/form-fields";
import { StatusPill } from "~/components/badge";
import { Button } from "~/components/button";
import { CheckboxGroup } from "~/components/choice";
import { Code } from "~/components/code-block";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { ErrorSummary, summaryOf } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { InputField, SelectField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { ShownOnce } from "~/components/shown-once";
import { Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { apiScopes, type ApiKeyState } from "~/modules/access/api-key";
import { listApiKeys, type ApiKeyRow } from "~/modules/access/api-key.queries.server";
import { createApiKeySchema, revokeApiKeySchema, rotateApiKeySchema } from "~/modules/access/create-api-key.schema";
import { createApiKey } from "~/modules/access/create-api-key.server";
import { requireStaff } from "~/modules/access/require-staff.server";
import { rotateApiKey } from "~/modules/access/rotate-api-key.server";
import { revokeApiKey } from "~/modules/access/revoke-api-key.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";

/** What the button gives; the command line can give another. */
const defaultOverlap = "24 hours";

const here = "/settings/api-keys";

export const meta: MetaFunction = () => [{ title: "API keys" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "api-key:manage");
  const { deps } = context;
  return { keys: await listApiKeys(deps), platforms: await platformChoices(deps.db), now: deps.clock().toISO() };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "api-key:manage");
  const form = await readForm(request);
  if (form.get("intent") === "revoke") {
    const parsed = revokeApiKeySchema.safeParse(Object.fromEntries(form));
    const revoked = parsed.success ? await revokeApiKey(context.deps, actor, parsed.data) : { ok: false as const, reason: "api_key_unknown" };
    if (!revoked.ok) return redirectWithFlash(here, { tone: "danger", text: refusalText(revoked.reason).sentence });
    return redirectWithFlash(here, { tone: "ok", text: `The key ${revoked.prefix}… is revoked. Requests with it are refused from now on.` });
  }
  if (form.get("intent") === "rotate") {
    const parsed = rotateApiKeySchema.safeParse(Object.fromEntries(form));
    const rotated = parsed.success ? await rotateApiKey(context.deps, actor, parsed.data) : { ok: false as const, reason: "api_key_unknown" };
    if (!rotated.ok) return redirectWithFlash(here, { tone: "danger", text: refusalText(rotated.reason).sentence });
    return data({ result: null, made: { key: rotated.key, name: `in place of ${rotated.oldPrefix}…, which ends in ${defaultOverlap}` } });
  }
  const submission = parseWithZod(form, { schema: createApiKeySchema });
  if (submission.status !== "success") return data({ result: submission.reply(), made: null }, { status: 422 });
  const made = await createApiKey(context.deps, actor, submission.value);
  if (made.ok) return data({ result: submission.reply({ resetForm: true }), made: { key: made.key, name: submission.value.name } });
  const { status, sentence } = refusalText(made.reason);
  return data({ result: submission.reply({ formErrors: [sentence] }), made: null }, { status });
}

const scopeNames: Record<(typeof apiScopes)[number], string> = {
  "gate:read": "Ask the gate what an account may use",
  "account:write": "Add and update accounts",
  "report:write": "Send reports",
  "event:write": "Send message events",
  "statement:read": "Fetch statements that were exported",
  "notice:read": "Show accounts what changes in policies, and tell who read it",
};

const states: Record<ApiKeyState, { tone: "ok" | "warn" | "neutral"; label: string }> = {
  live: { tone: "ok", label: "Live" },
  expired: { tone: "warn", label: "Expired" },
  revoked: { tone: "neutral", label: "Revoked" },
};

export default function ApiKeys() {
  const { keys, now } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <div className="grid grid-cols-1 gap-4">
      {answer?.made ? (
        <ShownOnce title={`The key “${answer.made.name}” is shown this once`} label="API key" value={answer.made.key}>
          Copy it into the platform’s settings now. It is sent as “Authorization: Bearer …”.
        </ShownOnce>
      ) : null}
      <Panel title="API keys" flush>
        <DataTable
          caption="API keys"
          rows={keys}
          rowKey={(key) => key.id}
          empty={
            <EmptyState title="No keys yet" icon={<KeyRound className="size-8" aria-hidden="true" />}>
              A platform needs one to ask the gate whether an account may use a feature.
            </EmptyState>
          }
          columns={[
            {
              key: "name",
              header: "Key",
              cell: (key) => (
                <>
                  <span className="font-medium">{key.name}</span>
                  <br />
                  <Code>{`${key.prefix}…`}</Code>
                </>
              ),
            },
            { key: "platform", header: "Platform", from: "sm", cell: (key) => key.platform },
            { key: "scopes", header: "May", from: "md", cell: (key) => key.scopes.join(", ") },
            { key: "state", header: "State", cell: (key) => <KeyState apiKey={key} now={now} /> },
            { key: "used", header: "Last used", from: "sm", cell: (key) => (key.lastUsedAt ? <Time at={key.lastUsedAt} now={now} zone="UTC" brief /> : "Never") },
            { key: "ends", header: "Ends", from: "lg", cell: (key) => (key.expiresAt ? <Time at={key.expiresAt} now={now} zone="UTC" brief /> : "No end") },
            {
              key: "revoke",
              header: <span className="sr-only">Action</span>,
              align: "right",
              cell: (key) =>
                key.state === "live" ? (
                  <Form method="post" className="flex flex-wrap justify-end gap-2">
                    <input type="hidden" name="apiKeyId" value={key.id} />
                    {key.replaced ? null : (
                      <Button type="submit" name="intent" value="rotate" size="sm" aria-label={`Rotate ${key.name}: a new key, and 24 hours to change over`}>
                        Rotate
                      </Button>
                    )}
                    <Button type="submit" name="intent" value="revoke" size="sm" variant="danger" aria-label={`Revoke ${key.name}`}>
                      Revoke
                    </Button>
                  </Form>
                ) : null,
            },
          ]}
        />
      </Panel>
      <NewKeyForm key={answer?.made?.key ?? "first"} />
    </div>
  );
}

/** A key that ends soon says so where it says that it is live: the column of ends is not on every screen. */
function KeyState({ apiKey: { state, replaced, expiresAt }, now }: { apiKey: Pick<ApiKeyRow, "state" | "replaced" | "expiresAt">; now: string }) {
  if (state !== "live" || !replaced || expiresAt === null) return <StatusPill tone={states[state].tone}>{states[state].label}</StatusPill>;
  return (
    <>
      <StatusPill tone="warn" shape="triangle">
        Replaced
      </StatusPill>
      <span className="block text-xs text-muted">
        works until <Time at={expiresAt} now={now} zone="UTC" brief />
      </span>
    </>
  );
}

function NewKeyForm() {
  const { platforms } = useLoaderData<typeof loader>();
  const [form, fields] = useForm({
    lastResult: useActionData<typeof action>()?.result,
    constraint: getZodConstraint(createApiKeySchema),
    onValidate: ({ formData }) => parseWithZod(formData, { schema: createApiKeySchema }),
  });
  const chosen = fields.scopes.initialValue;
  return (
    <Panel title="Make a key">
      <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="grid max-w-lg gap-4">
        <ErrorSummary title="No key was made" entries={summaryOf(form, { platformKey: fields.platformKey, name: fields.name, scopes: fields.scopes, expiresInDays: fields.expiresInDays })} />
        <SelectField label="Platform" options={platforms.map(({ key, name }) => ({ value: key, label: name }))} placeholder="Choose a platform" {...fieldProps(fields.platformKey)} required />
        <InputField label="Name" hint="What it is for, so that it can be told apart later." {...fieldProps(fields.name)} required />
        <CheckboxGroup
          label="May"
          id={fields.scopes.id}
          name={fields.scopes.name}
          errors={fields.scopes.errors}
          options={apiScopes.map((scope) => ({ value: scope, label: scopeNames[scope], hint: scope }))}
          defaultValue={Array.isArray(chosen) ? chosen.filter((scope): scope is string => typeof scope === "string") : typeof chosen === "string" ? [chosen] : []}
          required
        />
        <InputField label="Ends after (days)" type="number" inputMode="numeric" hint="Leave empty for a key without an end." {...fieldProps(fields.expiresInDays)} />
        <Button type="submit" name="intent" value="create" variant="primary" className="justify-self-start">
          Make the key
        </Button>
      </Form>
    </Panel>
  );
}
