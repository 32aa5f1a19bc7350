import { useForm } from "@conform-to/react";
import { getZodConstraint, parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { Webhook } from "lucide-react";
import { readForm } from "~/infra/http/form-fields";
import { StatusPill } from "~/components/badge";
import { Button } from "~/components/button";
import { CheckboxGroup } from "~/components/choice";
import { Code, CodeBlock } from "~/components/code-block";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { ErrorSummary, summaryOf } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { Callout } from "~/components/flash";
import { InputField, SelectField } from "~/components/inputs";
import { Pagination } from "~/components/pagination";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { requireStaff } from "~/modules/access/require-staff.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";
import { createEndpoint } from "~/modules/webhooks/create-endpoint.server";
import { replayDelivery } from "~/modules/webhooks/replay-delivery.server";
import { rotateSecret } from "~/modules/webhooks/rotate-secret.server";
import { switchEndpoint } from "~/modules/webhooks/switch-endpoint.server";
import { createEndpointSchema, endpointTargetSchema, replaySchema } from "~/modules/webhooks/webhook.schema";
import { webhookEvents, webhookEventTypes } from "~/modules/webhooks/webhook-events";
import { listDeliveries, listEndpoints } from "~/modules/webhooks/webhooks.queries.server";

const here = "/settings/webhooks";

export const meta: MetaFunction = () => [{ title: "Webhooks" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "settings:manage");
  const { deps } = context;
  const before = replaySchema.safeParse({ deliveryId: new URL(request.url).searchParams.get("before") });
  const [endpoints, deliveries, platforms] = await Promise.all([
    listEndpoints(deps),
    listDeliveries(deps, before.success ? { before: before.data.deliveryId } : {}),
    platformChoices(deps.db),
  ]);
  return { endpoints, deliveries, platforms, first: before.success, now: deps.clock().toISO() };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "settings:manage");
  const { deps } = context;
  const form = await readForm(request);
  const refused = (reason: string) => redirectWithFlash(here, { tone: "danger", text: refusalText(reason).sentence });
  const intent = form.get("intent");
  if (intent === "replay") {
    const parsed = replaySchema.safeParse(Object.fromEntries(form));
    const replayed = parsed.success ? await replayDelivery(deps, actor, parsed.data) : { ok: false as const, reason: "webhook_delivery_unknown" };
    return replayed.ok ? redirectWithFlash(here, { tone: "ok", text: "The message is sent again, under the id it had." }) : refused(replayed.reason);
  }
  if (intent === "rotate" || intent === "on" || intent === "off") {
    const parsed = endpointTargetSchema.safeParse(Object.fromEntries(form));
    if (!parsed.success) return refused("webhook_endpoint_unknown");
    if (intent === "rotate") {
      const rotated = await rotateSecret(deps, actor, parsed.data);
      return rotated.ok ? data({ result: null, secret: rotated.secret }) : refused(rotated.reason);
    }
    const switched = await switchEndpoint(deps, actor, { ...parsed.data, on: intent === "on" });
    const text = intent === "on" ? "The endpoint is told of what happens from now on." : "Nothing more is sent to the endpoint.";
    return switched.ok ? redirectWithFlash(here, { tone: "ok", text }) : refused(switched.reason);
  }
  const submission = parseWithZod(form, { schema: createEndpointSchema });
  if (submission.status !== "success") return data({ result: submission.reply(), secret: null }, { status: 422 });
  const made = await createEndpoint(deps, actor, submission.value);
  if (made.ok) return data({ result: submission.reply({ resetForm: true }), secret: made.secret });
  const { status, sentence } = refusalText(made.reason);
  const field = made.reason === "webhook_address_refused" ? "url" : "platformKey";
  return data({ result: submission.reply({ fieldErrors: { [field]: [sentence] } }), secret: null }, { status });
}

const states = {
  pending: { tone: "warn", label: "On its way" },
  delivered: { tone: "ok", label: "Delivered" },
  failed: { tone: "danger", label: "Given up" },
  cancelled: { tone: "neutral", label: "Cancelled" },
} as const;

export default function Webhooks() {
  const { endpoints, deliveries, now, first } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <div className="grid gap-4">
      {answer?.secret ? (
        <Callout tone="warn" role="status" title="The secret is shown this once">
          <p className="mb-2">The receiver checks signatures with it (Standard Webhooks). After a rotation the old one still signs for 24 hours.</p>
          <CodeBlock label="Secret">{answer.secret}</CodeBlock>
        </Callout>
      ) : null}
      <Panel title="Endpoints" flush>
        <DataTable
          caption="Endpoints"
          rows={endpoints}
          rowKey={(row) => row.id}
          empty={
            <EmptyState title="No endpoints yet" icon={<Webhook className="size-8" aria-hidden="true" />}>
              A platform that has one is told of cases, actions, appeals, the gate and policies as they change.
            </EmptyState>
          }
          columns={[
            {
              key: "url",
              header: "Endpoint",
              cell: (row) => (
                <>
                  <span className="font-medium">{row.description}</span>
                  <br />
                  <Code>{row.url}</Code>
                </>
              ),
            },
            { key: "platform", header: "Platform", from: "sm", cell: (row) => row.platform.name },
            { key: "events", header: "Told of", from: "lg", cell: (row) => (row.events.length === 0 ? "Everything" : row.events.join(", ")) },
            {
              key: "state",
              header: "State",
              cell: (row) => (row.state === "enabled" ? <StatusPill tone="ok">On</StatusPill> : <StatusPill tone="neutral">{`Off: ${row.disabledReason}`}</StatusPill>),
            },
            {
              key: "do",
              header: <span className="sr-only">Action</span>,
              align: "right",
              cell: (row) => (
                <Form method="post" className="flex flex-wrap justify-end gap-2">
                  <input type="hidden" name="endpointId" value={row.id} />
                  <Button type="submit" name="intent" value="rotate" size="sm" aria-label={`Rotate the secret of ${row.description}`}>
                    New secret
                  </Button>
                  <Button type="submit" name="intent" value={row.state === "enabled" ? "off" : "on"} size="sm" aria-label={`Switch ${row.description} ${row.state === "enabled" ? "off" : "on"}`}>
                    {row.state === "enabled" ? "Switch off" : "Switch on"}
                  </Button>
                </Form>
              ),
            },
          ]}
        />
      </Panel>
      <Panel title="Deliveries" flush>
        <DataTable
          caption="Deliveries"
          rows={deliveries.rows}
          rowKey={(row) => row.id}
          empty={<EmptyState title="Nothing was sent yet">Messages are listed here as soon as something happens that an endpoint is told of.</EmptyState>}
          columns={[
            {
              key: "what",
              header: "Message",
              cell: (row) => (
                <details>
                  <summary className="cursor-pointer">
                    {row.type}
                    {row.replay ? " (sent again)" : ""}
                  </summary>
                  <p className="mt-1 text-sm">
                    <Code>{row.messageId}</Code> to <Code>{row.url}</Code>
                  </p>
                  <CodeBlock label="Body">{row.payload}</CodeBlock>
                  <ol className="mt-1 text-sm">
                    {row.attempts.map((attempt) => (
                      <li key={attempt.number}>
                        {`${attempt.number}. ${attempt.status ?? attempt.error} in ${attempt.tookMs} ms, `}
                        <Time at={attempt.at} now={now} zone="UTC" brief />
                      </li>
                    ))}
                  </ol>
                </details>
              ),
            },
            { key: "when", header: "Happened", from: "sm", cell: (row) => <Time at={row.occurredAt} now={now} zone="UTC" brief /> },
            { key: "state", header: "State", cell: (row) => <StatusPill tone={states[row.state].tone}>{states[row.state].label}</StatusPill> },
            { key: "next", header: "Next attempt", from: "lg", cell: (row) => (row.nextAttemptAt ? <Time at={row.nextAttemptAt} now={now} zone="UTC" brief /> : "–") },
            {
              key: "again",
              header: <span className="sr-only">Action</span>,
              align: "right",
              cell: (row) =>
                row.state === "pending" ? null : (
                  <Form method="post">
                    <input type="hidden" name="deliveryId" value={row.id} />
                    <Button type="submit" name="intent" value="replay" size="sm" aria-label={`Send ${row.type} again`}>
                      Send again
                    </Button>
                  </Form>
                ),
            },
          ]}
        />
      </Panel>
      <Pagination previous={first ? here : null} next={deliveries.next ? `${here}?before=${deliveries.next}` : null} label="Pages of the deliveries" />
      <NewEndpointForm />
    </div>
  );
}

function NewEndpointForm() {
  const { platforms } = useLoaderData<typeof loader>();
  const [form, fields] = useForm({
    lastResult: useActionData<typeof action>()?.result,
    constraint: getZodConstraint(createEndpointSchema),
    onValidate: ({ formData }) => parseWithZod(formData, { schema: createEndpointSchema }),
  });
  const chosen = fields.events.initialValue;
  return (
    <Panel title="Add an endpoint">
      <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="grid max-w-lg gap-4">
        <ErrorSummary title="No endpoint was added" entries={summaryOf(form, fields)} />
        <SelectField label="Platform" options={platforms.map(({ key, name }) => ({ value: key, label: name }))} placeholder="Choose a platform" {...fieldProps(fields.platformKey)} required />
        <InputField label="Address" type="url" hint="A public https address." {...fieldProps(fields.url)} required />
        <InputField label="Name" hint="What it is for, so that it can be told apart later." {...fieldProps(fields.description)} required />
        <CheckboxGroup
          label="Told of"
          hint="Choose none to be told of everything."
          id={fields.events.id}
          name={fields.events.name}
          errors={fields.events.errors}
          options={webhookEventTypes.map((type) => ({ value: type, label: webhookEvents[type].summary, hint: type }))}
          defaultValue={Array.isArray(chosen) ? chosen.filter((type): type is string => typeof type === "string") : typeof chosen === "string" ? [chosen] : []}
        />
        <Button type="submit" name="intent" value="create" variant="primary" className="justify-self-start">
          Add the endpoint
        </Button>
      </Form>
    </Panel>
  );
}
