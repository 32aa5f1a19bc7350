import { Link } from "@remix-run/react";
import { DateTime } from "luxon";
import type { ReactNode } from "react";
import { Badge, Shape, StatusPill, type Tone } from "~/components/badge";
import { TextLink } from "~/components/link";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { verdictOf } from "../enforcement/gate";
import { LinkedAccounts } from "../platforms/linked-accounts";
import { areaName } from "../policy/areas";
import { CaseStatePill, SeverityBadge } from "./case-labels";
import { TipOffBadge } from "./tip-off";
import type { ActionView, GateView, OtherCaseView, Standing, StrikeView } from "./case-page.schema";
import type { Seen } from "./report-card";

const utc = (iso: string): DateTime => DateTime.fromISO(iso, { zone: "utc" });

/** Of a feature's rows the latest that has begun is the answer. */
function speaking(rows: readonly GateView[], now: string) {
  const row = rows.findLast(({ from }) => from === null || Date.parse(from) <= Date.parse(now)) ?? { ...rows[0]!, verdict: "allow" as const };
  return { row, verdict: verdictOf(row.feature, { ...row, until: row.until ? utc(row.until) : null, actionId: null }, utc(now)) };
}

/** What the account may do now, feature by feature. */
export function GateNow({ gate, seen }: { gate: readonly GateView[]; seen: Seen }) {
  const features = [...new Set(gate.map(({ feature }) => feature))];
  if (gate.length === 0) return <p className="text-sm text-muted">This platform has no features that can be restricted.</p>;
  return (
    <ul className="grid gap-1 text-sm">
      {features.map((feature) => {
        const rows = gate.filter((row) => row.feature === feature);
        const { row, verdict } = speaking(rows, seen.now);
        const next = rows.find(({ verdict: stands, from }) => stands === "deny" && from !== null && Date.parse(from) > Date.parse(seen.now));
        return (
          <li key={feature} className="flex flex-wrap items-center gap-x-2">
            <span className={verdict.allowed ? "text-ok" : "text-danger"}>
              <Shape shape={verdict.allowed ? "dot" : "octagon"} />
            </span>
            <span className="flex-1">{row.name ?? feature.replaceAll("_", " ")}</span>
            <span className="text-muted">
              {verdict.allowed && next?.from ? (
                <>
                  Allowed, off from <Time at={next.from} {...seen} brief />
                </>
              ) : verdict.allowed ? (
                "Allowed"
              ) : row.until ? (
                <>
                  Off, ends <Time at={row.until} {...seen} brief />
                </>
              ) : (
                "Off, no end"
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

const countsNow = (strike: StrikeView, now: string): boolean => !strike.voidedAt && Date.parse(strike.expiresAt) > Date.parse(now);

export function Strikes({ strikes, seen }: { strikes: readonly StrikeView[]; seen: Seen }) {
  const active = strikes.filter((strike) => countsNow(strike, seen.now));
  const weight = active.reduce((sum, strike) => sum + strike.weight, 0);
  if (strikes.length === 0) return <p className="text-sm text-muted">No strikes, ever.</p>;
  return (
    <>
      <p className="text-sm">
        <span className="font-semibold">{active.length}</span> active of {strikes.length}, weight {weight}
      </p>
      <ul className="mt-1 grid gap-1 text-sm">
        {strikes.slice(0, 6).map((strike) => (
          <li key={strike.id} className="flex flex-wrap justify-between gap-x-2">
            <span>
              <span className="font-mono text-xs">{strike.clauseCode}</span> · strike of weight {strike.weight}
            </span>
            <span className="text-muted">
              {strike.voidedAt ? (
                "voided"
              ) : countsNow(strike, seen.now) ? (
                <>
                  expires <Time at={strike.expiresAt} {...seen} brief />
                </>
              ) : (
                "expired"
              )}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

const actionTones: Record<string, Tone> = { active: "danger", awaiting_approval: "warn", proposed: "warn" };

export function Actions({ actions, seen, children }: { actions: readonly ActionView[]; seen: Seen; children?: (action: ActionView) => ReactNode }) {
  if (actions.length === 0) return <p className="text-sm text-muted">No action was ever taken.</p>;
  return (
    <ul className="grid gap-2 text-sm">
      {actions.slice(0, 8).map((action) => (
        <li key={action.id}>
          <p className="flex flex-wrap items-center gap-x-2">
            <span className="font-medium first-letter:uppercase">
              {action.kind.replaceAll("_", " ")}
              {action.interim ? " (interim)" : ""}
            </span>
            <StatusPill tone={actionTones[action.state] ?? "neutral"}>{action.state.replaceAll("_", " ")}</StatusPill>
            {action.noTipOff ? <TipOffBadge /> : null}
          </p>
          <p className="text-muted">
            <Link to={`/actions/${action.id}`} className="font-mono text-xs underline underline-offset-2">
              {action.reference}
            </Link>{" "}
            · <Time at={action.startsAt ?? action.createdAt} {...seen} brief />
            {action.endsAt ? (
              <>
                {" "}
                · ends <Time at={action.endsAt} {...seen} brief />
              </>
            ) : null}{" "}
            ·{" "}
            <Link to={`/cases/${action.caseReference}`} className="underline underline-offset-2">
              {action.caseReference}
            </Link>
          </p>
          {children?.(action)}
        </li>
      ))}
    </ul>
  );
}

export function OtherCases({ cases, seen }: { cases: readonly OtherCaseView[]; seen: Seen }) {
  if (cases.length === 0) return <p className="text-sm text-muted">None.</p>;
  return (
    <ul className="grid gap-2 text-sm">
      {cases.map((other) => (
        <li key={other.reference} className="flex flex-wrap items-center gap-2">
          <TextLink to={`/cases/${other.reference}`} className="font-mono text-xs">
            {other.reference}
          </TextLink>
          <SeverityBadge severity={other.severity} />
          <CaseStatePill state={other.state} />
          <span className="text-muted">
            {areaName(other.area)} · <Time at={other.openedAt} {...seen} brief />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The account at a glance, as panels of one column. */
export function StandingPanels({ standing, seen, casesTitle = "Other cases" }: { standing: Standing; seen: Seen; casesTitle?: string }) {
  return (
    <>
      <Panel title="Gate now" id="gate">
        <GateNow gate={standing.gate} seen={seen} />
      </Panel>
      <Panel title="Strikes" id="strikes">
        <Strikes strikes={standing.strikes} seen={seen} />
      </Panel>
      <Panel title="Actions" id="actions" aside={standing.actions.length > 8 ? <Badge>newest 8</Badge> : null}>
        <Actions actions={standing.actions} seen={seen} />
      </Panel>
      <Panel title={casesTitle} id="other-cases">
        <OtherCases cases={standing.otherCases} seen={seen} />
      </Panel>
      <Panel title="Linked accounts" id="linked-accounts">
        <LinkedAccounts linked={standing.linked} seen={seen} />
      </Panel>
    </>
  );
}
