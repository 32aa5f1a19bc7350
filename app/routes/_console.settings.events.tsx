import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { TextLink } from "~/components/link";
import { Panel } from "~/components/panel";
import { TabLinks } from "~/components/tabs";
import { Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { requireStaff } from "~/modules/access/require-staff.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";
import { ChannelPanel } from "~/modules/signals/channel-panel";
import { eventSettings } from "~/modules/signals/channel.queries.server";
import { RetentionPanel } from "~/modules/signals/retention-panel";
import type { FormAnswer } from "~/modules/signals/rule-form";
import { nameSender } from "~/modules/signals/name-sender.server";
import { nameSenderSchema, setChannelSchema, switchChannelSchema } from "~/modules/signals/set-channel.schema";
import { setChannel, switchChannel } from "~/modules/signals/set-channel.server";
import { setRetentionSchema } from "~/modules/signals/set-retention.schema";
import { setRetention } from "~/modules/signals/set-retention.server";

export const meta: MetaFunction = () => [{ title: "Events · Settings" }];

const here = (key: string) => `/settings/events?platform=${key}`;
const askedOf = (request: Request): string => new URL(request.url).searchParams.get("platform") ?? "customerflows";

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "settings:manage");
  const { deps } = context;
  const platforms = await platformChoices(deps.db);
  const platform = platforms.find(({ key }) => key === askedOf(request)) ?? platforms[0];
  return { platforms: platforms.map(({ key, name }) => ({ key, name })), shown: platform ? await eventSettings(deps, platform.key) : null, now: deps.clock().toISO() };
}

type Answer = FormAnswer & { about: string };

/** What was typed comes back, but for secrets. */
function invalid(about: string, errors: Record<string, string[] | undefined>, form: FormData, status = 422) {
  const values = Object.fromEntries([...form].filter(([name]) => name !== "secret" && name !== "verifyToken"));
  return data({ about, errors: Object.fromEntries(Object.entries(errors).filter(([, said]) => said)), values } as unknown as Answer, { status });
}

const fieldOf: Record<string, string> = { retention_too_short: "days", retention_unchanged: "days", retention_unconfirmed: "confirmed", verify_token_missing: "verifyToken", account_unknown: "externalId" };

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "settings:manage");
  const { deps } = context;
  const form = await readForm(request);
  const platformKey = askedOf(request);
  const sent = { ...Object.fromEntries([...form].filter(([, value]) => typeof value === "string")), platformKey };
  const intent = form.get("intent");
  const about = intent === "retention" ? "retention" : String(form.get("provider") ?? "");
  const said = (reason: string) => {
    const { status, sentence } = refusalText(reason);
    return invalid(about, { [fieldOf[reason] ?? ""]: [sentence] }, form, status);
  };
  if (intent === "retention") {
    const parsed = setRetentionSchema.safeParse(sent);
    if (!parsed.success) return invalid(about, parsed.error.flatten().fieldErrors, form);
    const set = await setRetention(deps, actor, parsed.data);
    return set.ok ? redirectWithFlash(here(platformKey), { tone: "ok", text: `Events are kept for ${parsed.data.days} days from now on.` }) : said(set.reason);
  }
  if (intent === "switch") {
    const parsed = switchChannelSchema.safeParse(sent);
    if (!parsed.success) return invalid(about, { "": ["There is no such channel."] }, form);
    const switched = await switchChannel(deps, actor, parsed.data);
    return switched.ok ? redirectWithFlash(here(platformKey), { tone: "ok", text: parsed.data.on ? "The channel is on again." : "The channel is switched off: every call is refused." }) : said(switched.reason);
  }
  if (intent === "sender") {
    const parsed = nameSenderSchema.safeParse(sent);
    if (!parsed.success) return invalid(about, parsed.error.flatten().fieldErrors, form);
    const named = await nameSender(deps, actor, parsed.data);
    return named.ok ? redirectWithFlash(here(platformKey), { tone: "ok", text: "The sender is named: what it sends counts for that account from the next call on." }) : said(named.reason);
  }
  const parsed = setChannelSchema.safeParse({ ...sent, verifyToken: form.get("verifyToken") || undefined });
  if (!parsed.success) return invalid(about, parsed.error.flatten().fieldErrors, form);
  const set = await setChannel(deps, actor, parsed.data);
  if (!set.ok) return said(set.reason);
  return redirectWithFlash(here(platformKey), { tone: "ok", text: set.replaced ? "Replaced. What was there before counts for another 24 hours." : "The channel is set up. It counts from the next call on." });
}

export default function EventSettingsPage() {
  const { platforms, shown, now } = useLoaderData<typeof loader>();
  const answer = (useActionData() as Answer | undefined) ?? null;
  if (!shown) return <EmptyState title="There is no platform yet">Events belong to a platform.</EmptyState>;
  const { platform, keys, channels, retention } = shown;
  return (
    <div className="grid gap-4">
      <p className="text-sm text-muted">By which ways message events come in, and for how long they are kept.</p>
      <TabLinks label="Platforms" tabs={platforms.map(({ key, name }) => ({ to: here(key), label: name, current: key === platform.key }))} />
      <Panel title="By API key" id="keys" flush>
        <DataTable
          caption="Keys that may send events"
          rows={keys}
          rowKey={(row) => row.id}
          empty={
            <EmptyState title="No key may send events" action={<TextLink to="/settings/api-keys">Make one under API keys</TextLink>}>
              A platform posts its events to /api/v1/events with a key that has the scope event:write.
            </EmptyState>
          }
          columns={[
            { key: "name", header: "Key", cell: (row) => <span className="wrap-anywhere">{row.name}</span> },
            { key: "prefix", header: "Begins with", from: "sm", cell: (row) => <span className="font-mono text-xs">{row.prefix}</span> },
            { key: "used", header: "Last used", align: "right", cell: (row) => (row.lastUsedAt ? <Time at={row.lastUsedAt} now={now} zone={platform.zone} brief /> : "Never") },
            { key: "ends", header: "Ends", from: "sm", align: "right", cell: (row) => (row.expiresAt ? <Time at={row.expiresAt} now={now} zone={platform.zone} brief /> : "—") },
          ]}
        />
      </Panel>
      {channels.map((channel) => (
        <ChannelPanel key={`${platform.key} ${channel.provider} ${channel.changedAt}`} channel={channel} answer={answer?.about === channel.provider ? answer : null} now={now} zone={platform.zone} />
      ))}
      <RetentionPanel key={`${platform.key} ${retention.days}`} {...retention} answer={answer?.about === "retention" ? answer : null} />
    </div>
  );
}
