import { useForm } from "@conform-to/react";
import { getZodConstraint, parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { Webhook } from "lucide-react";
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
import { requireStaff } from "~/modules/access/require-staff.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";
import { DeliveryLog } from "~/modules/webhooks/delivery-log";
import { createEndpoint } from "~/modules/webhooks/create-endpoint.server";
import { replayDelivery } from "~/modules/webhooks/replay-delivery.server";
import { rotateSecret } from "~/modules/webhooks/rotate-secret.server";
import { switchEndpoint } from "~/modules/webhooks/switch-endpoint.server";
import { createEndpointSchema, endpointTargetSchema, logAddress, logFilterSchema, replaySchema, type LogFilter } from "~/modules/webhooks/webhook.schema";
import { webhookEvents, webhookEventTypes } from "~/modules/webhooks/webhook-events";
import { listDeliveries, listEndpoints } from "~/modules/webhooks/webhooks.queries.server";

const filterOf = (request: Request): LogFilter => logFilterSchema.parse(Object.fromEntries(new URL(request.url).searchParams));

export const meta: MetaFunction = () => [{ title: "Webhooks" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "settings:manage");
  const { deps } = context;
  const filter = filterOf(request);
  const [endpoints, deliveries, platforms] = await Promise.all([listEndpoints(deps), listDeliveries(deps, filter), platformChoices(deps.db)]);
  return { endpoints, deliveries, filter, platforms, now: deps.clock().toISO() };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "settings:manage");
  const { deps } = context;
  const form = await readForm(request);
  const filter = filterOf(request);
  const here = logAddress(filter, { before: filter.before });
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

export default function Webhooks() {
  const { endpoints, deliveries, filter, now } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <div className="grid grid-cols-1 gap-4">
      {answer?.secret ? (
        <ShownOnce title="The secret is shown this once" label="Secret" value={answer.secret}>
          The receiver checks signatures with it (Standard Webhooks). A secret that was replaced still signs for 24 hours.
        </ShownOnce>
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
                  <div className="mt-2 sm:hidden">
                    <EndpointForm row={row} />
                  </div>
                </>
              ),
            },
            { key: "platform", header: "Platform", from: "sm", cell: (row) => row.platform.name },
            { key: "secret", header: "Secret", from: "md", cell: (row) => <OldSecrets until={row.oldSecretsUntil} now={now} /> },
            { key: "events", header: "Told of", from: "lg", cell: (row) => (row.events.length === 0 ? "Everything" : row.events.join(", ")) },
            {
              key: "state",
              header: "State",
              cell: (row) => <EndpointState row={row} />,
            },
            {
              key: "do",
              header: <span className="sr-only">Action</span>,
              align: "right",
              from: "sm",
              cell: (row) => <EndpointForm row={row} />,
            },
          ]}
        />
      </Panel>
      <DeliveryLog page={deliveries} filter={filter} endpoints={endpoints} now={now} />
      <NewEndpointForm key={answer?.secret ?? "first"} />
    </div>
  );
}

type Endpoint = ReturnType<typeof useLoaderData<typeof loader>>["endpoints"][number];

function EndpointState({ row: { state, stopped, disabledReason } }: { row: Endpoint }) {
  if (state === "enabled") return <StatusPill tone="ok">On</StatusPill>;
  return (
    <StatusPill tone={stopped ? "danger" : "neutral"} shape={stopped ? "octagon" : undefined}>
      {`Off: ${disabledReason}`}
    </StatusPill>
  );
}

function EndpointForm({ row }: { row: Endpoint }) {
  const button = (intent: string, label: string, says: string) => (
    <Button type="submit" name="intent" value={intent} size="sm" aria-label={says}>
      {label}
    </Button>
  );
  return (
    <Form method="post" className="flex flex-wrap gap-2 sm:justify-end">
      <input type="hidden" name="endpointId" value={row.id} />
      {button("rotate", "New secret", `Rotate the secret of ${row.description}`)}
      {row.state === "enabled" ? button("off", "Switch off", `Switch ${row.description} off`) : button("on", "Switch on", `Switch ${row.description} on`)}
      {row.stopped ? button("off", "Leave off", `Leave ${row.description} off`) : null}
    </Form>
  );
}

/** Which secrets sign what is sent now. */
function OldSecrets({ until, now }: { until: readonly string[]; now: string }) {
  const [last] = until;
  if (last === undefined) return "One signs";
  return (
    <>
      {until.length === 1 ? "The one before signs too, until " : `The ${until.length} before sign too, the last until `}
      <Time at={last} now={now} zone="UTC" brief />
    </>
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
        <ErrorSummary title="No endpoint was added" entries={summaryOf(form, { platformKey: fields.platformKey, url: fields.url, description: fields.description, events: fields.events })} />
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
