import { data, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Badge } from "~/components/badge";
import { TabLinks } from "~/components/tabs";
import { EmptyState } from "~/components/empty-state";
import { TextLink } from "~/components/link";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { requireStaff } from "~/modules/access/require-staff.server";
import { LadderSteps } from "~/modules/enforcement/ladder-steps";
import { laddersOfPlatform } from "~/modules/enforcement/ladders.queries.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";

export const meta: MetaFunction = () => [{ title: "Ladders" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "policy:read");
  const { deps } = context;
  const platforms = await platformChoices(deps.db);
  const key = new URL(request.url).searchParams.get("platform") ?? platforms.find((one) => one.key === "customerflows")?.key ?? platforms[0]?.key ?? "";
  const shown = await laddersOfPlatform(deps, key);
  if (!shown && platforms.length > 0) throw data({ reason: "platform_unknown" }, { status: 404 });
  return { platforms, key, shown, now: deps.clock().toISO() };
}

export default function Ladders() {
  const { platforms, key, shown, now } = useLoaderData<typeof loader>();
  if (!shown) return <EmptyState title="There is no platform yet">Ladders belong to a platform: each has one for every severity.</EmptyState>;
  return (
    <div className="grid gap-4">
      <p className="text-sm text-muted">What follows a breach, by its severity. Each unit of active strike weight leads one rung further up. Decisions climb the version in force at that moment.</p>
      <TabLinks label="Platforms" tabs={platforms.map((platform) => ({ to: `/settings/ladders?platform=${platform.key}`, label: platform.name, current: platform.key === key }))} />
      {shown.ladders.map(({ severity, current, scheduled, versions }) => (
        <Panel
          key={severity}
          id={severity}
          title={`${severity.replace(/^./, (first) => first.toUpperCase())} severity`}
          aside={
            <span className="flex flex-wrap items-center gap-3 text-sm">
              {scheduled ? <Badge tone="accent">{`Version ${scheduled.version} scheduled`}</Badge> : null}
              <TextLink to={`/settings/ladders/${key}/${severity}`}>{`Open the ${severity} ladder`}</TextLink>
            </span>
          }
        >
          {current ? (
            <div className="grid gap-3">
              <LadderSteps label={`Ladder for ${severity} severity`} rungs={current.rungs} firstRung={current.firstRung} />
              <p className="text-sm text-muted">
                A strike weighs {current.strikeWeight} and expires after {current.strikeExpiryDays} days. Version {current.version} of {versions}, in force since{" "}
                <Time at={current.effectiveFrom} now={now} zone={shown.zone} />.
              </p>
              {scheduled ? (
                <p className="text-sm">
                  Version {scheduled.version} takes over <Time at={scheduled.effectiveFrom} now={now} zone={shown.zone} />.
                </p>
              ) : null}
            </div>
          ) : (
            <p className="text-sm text-muted">No version is in force, so nothing of this severity can be decided yet.</p>
          )}
        </Panel>
      ))}
    </div>
  );
}
