import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { z } from "zod";
import { describedApi } from "~/api/described.server";
import { Badge } from "~/components/badge";
import { Code, CodeBlock } from "~/components/code-block";
import { PlainLink, TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";

export const meta: MetaFunction = () => [{ title: "For developers" }];

const content = z.record(z.string(), z.object({ schema: z.unknown() }));
const operation = z.object({
  summary: z.string(),
  description: z.string().optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), required: z.boolean(), description: z.string().optional(), schema: z.unknown() })),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string().optional(), content: content.optional() })),
});
const description = z.object({
  info: z.object({ description: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  webhooks: z.record(z.string(), z.object({ post: operation })),
  components: z.object({ responses: z.record(z.string(), z.object({ description: z.string() })) }),
});

const jsonOf = (body: z.infer<typeof content> | undefined): string | null => {
  const [first] = Object.values(body ?? {});
  return first ? JSON.stringify(first.schema, null, 2) : null;
};

export async function loader({ context }: LoaderFunctionArgs) {
  const api = description.parse(describedApi(context.deps.config.publicUrl));
  const shown = ({ summary, description: text, security, parameters, requestBody, responses }: z.infer<typeof operation>) => ({
    summary,
    text: text ?? null,
    scope: security?.[0]?.apiKey?.[0] ?? null,
    parameters: parameters.map(({ name, in: where, required, description: about, schema }) => ({ name, where, required, about: about ?? null, schema: JSON.stringify(schema) })),
    body: jsonOf(requestBody?.content),
    answers: Object.entries(responses).flatMap(([status, answer]) => (answer.description === undefined ? [] : [{ status, text: answer.description, body: jsonOf(answer.content) }])),
  });
  return {
    lead: api.info.description.replaceAll("`", ""),
    operations: Object.entries(api.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) => ({ title: `${method.toUpperCase()} ${path}`, ...shown(one) }))),
    events: Object.entries(api.webhooks).map(([type, { post }]) => ({ title: type, ...shown(post) })),
    problems: Object.entries(api.components.responses).map(([status, { description: text }]) => ({ status, text })),
  };
}

type Shown = ReturnType<typeof useLoaderData<typeof loader>>["operations"][number];

export default function Developers() {
  const { lead, operations, events, problems } = useLoaderData<typeof loader>();
  const headers = events[0]?.parameters ?? [];
  return (
    <>
      <PageHeader title="For developers" lead={lead} />
      <p className="mb-4">
        For programs: <PlainLink href="/api/v1/openapi.json">openapi.json</PlainLink> (OpenAPI 3.1). To answer the gate in your own process: <PlainLink href="/gate-client.js">gate-client.js</PlainLink> and its types, <PlainLink href="/gate-client.d.ts">gate-client.d.ts</PlainLink>.
      </p>
      <nav aria-label="On this page" className="mb-4 grid gap-x-6 gap-y-1 sm:grid-cols-2">
        {operations.map(({ title, summary }) => <TextLink key={title} to={`#${anchorOf(title)}`}>{summary}</TextLink>)}
        <TextLink to="#webhooks">Webhooks: what a platform is told</TextLink>
        <TextLink to="#errors">Errors</TextLink>
      </nav>
      <div className="grid gap-4">
        {operations.map((one) => <Operation key={one.title} {...one} />)}
        <h2 id="webhooks" className="scroll-mt-4 text-lg font-semibold">
          Webhooks
        </h2>
        <p>
          Signed by the Standard Webhooks specification and sent in order for each account. A message that was not taken is sent again for about three days; an answer of 410 ends it. Redirects are not followed.
        </p>
        {headers.length > 0 ? (
          <Panel title="Headers of every message">
            <Parameters parameters={headers} />
          </Panel>
        ) : null}
        {events.map((one) => <Operation key={one.title} {...one} parameters={[]} />)}
        <Panel title="Errors" id="errors">
          <p className="mb-2">Every address answers errors as problem details (RFC 9457): “code” is stable, “detail” is for people.</p>
          <dl className="grid gap-1">
            {problems.map(({ status, text }) => (
              <div key={status} className="grid grid-cols-[3rem_1fr] gap-2">
                <dt className="font-medium">{status}</dt>
                <dd>{text.replaceAll("`", "")}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      </div>
    </>
  );
}

function Operation({ title, summary, text, scope, parameters, body, answers }: Shown) {
  return (
    <Panel title={summary} id={anchorOf(title)}>
      <p className="mb-2 break-words">
        <Code>{title}</Code> {scope ? <Badge>{scope}</Badge> : null}
      </p>
      {text ? <p className="mb-2">{text.replaceAll("`", "")}</p> : null}
      {parameters.length > 0 ? <Parameters parameters={parameters} /> : null}
      {body ? <Schema label="Body of the request" json={body} /> : null}
      {answers.map((answer) => (
        <div key={answer.status} className="mt-2">
          <p>
            <span className="font-medium">{answer.status}</span> {answer.text.replaceAll("`", "")}
          </p>
          {answer.body ? <Schema label={`Body of the answer ${answer.status}`} json={answer.body} /> : null}
        </div>
      ))}
    </Panel>
  );
}

const anchorOf = (title: string): string => title.replaceAll(/\W+/g, "-").toLowerCase();

const Parameters = ({ parameters }: Pick<Shown, "parameters">) => (
  <ul className="mb-2 grid gap-1">
    {parameters.map(({ name, where, required, about, schema }) => (
      <li key={name} className="break-words">
        <Code>{name}</Code> in {where}
        {required ? ", required" : ""}. {about?.replaceAll("`", "") ?? ""} <span className="text-sm break-all">{about ? null : schema}</span>
      </li>
    ))}
  </ul>
);

const Schema = ({ label, json }: { label: string; json: string }) => (
  <details>
    <summary className="cursor-pointer py-1">{label}</summary>
    <CodeBlock label={label}>{json}</CodeBlock>
  </details>
);
