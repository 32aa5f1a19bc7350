import { useLocation } from "@remix-run/react";
import { Lock, LockOpen } from "lucide-react";
import { Badge, StatusPill, type Tone } from "~/components/badge";
import { Callout } from "~/components/flash";
import { LanguageSwitch } from "~/components/language-switch";
import { PlainLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { absoluteTime, lastDay } from "~/components/time-format";
import { AppealForm, type StandingAnswer } from "./appeal-form";
import { AppealStatus } from "./appeal-status";
import type { Standing, StandingAction } from "./standing.queries.server";
import { standingWords } from "./standing-words";

const statusTones: Record<Standing["status"], "ok" | "warn" | "danger" | "info"> = {
  active: "ok",
  restricted: "warn",
  suspended: "danger",
  terminated: "danger",
  closed: "info",
};
const stateTones: Record<string, Tone> = { active: "warn", reversed: "ok", lifted: "ok" };

/** What an account holder sees behind the signed link of a decision. */
export function StandingPage({
  standing,
  keys,
  answer,
  done,
}: {
  standing: Standing;
  /** A fresh idempotency key for each action's form. */
  keys: Readonly<Record<string, string>>;
  answer: StandingAnswer | null;
  done: string | null;
}) {
  const words = standingWords(standing.language);
  return (
    <div lang={standing.language} className="grid gap-6">
      <PageHeader title={words.title(standing.businessName)} lead={words.lead(standing.platform.name)} actions={<LanguageSwitch locale={standing.language} />} />
      {done ? (
        <Callout tone="ok" role="status">
          {done}
        </Callout>
      ) : null}
      <Callout tone={standing.status === "active" && standing.strikes.length > 0 ? "info" : statusTones[standing.status]}>
        <p>{words.status[standing.status]}</p>
        <StillCounts standing={standing} />
      </Callout>
      <div className="grid gap-6 sm:grid-cols-2">
        <Features standing={standing} />
        <Strikes standing={standing} />
      </div>
      <p className="text-sm">
        <PlainLink href={useLocation().pathname.replace(/^\/standing\//, "/sending/").replace(/\/$/, "")}>{words.sending}</PlainLink>
      </p>
      <section aria-labelledby="actions" className="grid gap-4">
        <h2 id="actions" className="text-lg font-semibold">
          {words.actionsTitle}
        </h2>
        {standing.actions.length === 0 ? <p className="text-muted">{words.noActions}</p> : null}
        {standing.actions.map((action) => (
          <ActionPanel key={action.id} action={action} standing={standing} idempotencyKey={keys[action.id] ?? ""} answer={answer} />
        ))}
      </section>
    </div>
  );
}

/** What still weighs on an account, said beside what it may use. */
function StillCounts({ standing }: { standing: Standing }) {
  const words = standingWords(standing.language);
  const warned = standing.actions.some(({ kind, state }) => kind === "warning" && state === "active");
  const last = standing.strikes.at(-1);
  return (
    <>
      {warned ? <p>{words.warningCounts}</p> : null}
      {last ? <p>{words.strikesCount(standing.strikes.length, absoluteTime(last.expiresAt, standing.platform.zone, standing.language))}</p> : null}
    </>
  );
}

function Features({ standing }: { standing: Standing }) {
  const words = standingWords(standing.language);
  const { zone } = standing.platform;
  return (
    <Panel title={words.featuresTitle}>
      <ul className="grid gap-2 text-sm">
        {standing.features.map((feature) => (
          <li key={feature.name} className="flex gap-2">
            {feature.allowed ? <LockOpen aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-ok" /> : <Lock aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-danger" />}
            <span>
              {feature.name}: {feature.allowed ? words.allowed : words.denied}
              {feature.until ? (
                <span className="block text-muted">
                  {words.ends} <Time at={feature.until} now={standing.now} zone={zone} locale={standing.language} />
                </span>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Strikes({ standing }: { standing: Standing }) {
  const words = standingWords(standing.language);
  return (
    <Panel title={words.strikesTitle}>
      {standing.strikes.length === 0 ? <p className="text-sm text-muted">{words.noStrikes}</p> : null}
      <ul className="grid gap-2 text-sm">
        {standing.strikes.map((strike, index) => (
          <li key={index}>
            {words.strike(strike.weight, strike.clause)}
            <span className="block text-muted">
              {words.expires} <Time at={strike.expiresAt} now={standing.now} zone={standing.platform.zone} locale={standing.language} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function ActionPanel({ action, standing, idempotencyKey, answer }: { action: StandingAction; standing: Standing; idempotencyKey: string; answer: StandingAnswer | null }) {
  const words = standingWords(standing.language);
  const { zone } = standing.platform;
  const time = { now: standing.now, zone, locale: standing.language };
  const here = useLocation().pathname.replace(/\/$/, "");
  const covers = action.kind === "suspension" || action.kind === "termination" ? words.everything : action.features.join(", ");
  const ending = action.endedAt ? { name: words.ended, at: action.endedAt } : { name: words.ends, at: action.endsAt };
  return (
    <Panel
      level={3}
      id={`action-${action.id}`}
      title={words.kinds[action.kind]}
      aside={
        <span className="flex flex-wrap gap-2">
          {action.interim ? <Badge>{words.interim}</Badge> : null}
          <StatusPill tone={stateTones[action.state] ?? "neutral"}>{words.states[action.state] ?? action.state}</StatusPill>
        </span>
      }
    >
      <Facts
        className="**:whitespace-normal"
        facts={[
          { name: words.reference, value: words.references(action.reference, action.decisionReference) },
          ...(covers ? [{ name: words.covers, value: covers }] : []),
          ...(action.startsAt ? [{ name: words.starts, value: <Time at={action.startsAt} {...time} /> }] : []),
          ...(action.kind === "warning" ? [] : [{ name: ending.name, value: ending.at ? <Time at={ending.at} {...time} /> : words.noEnd }]),
          ...(action.bars === null ? [{ name: words.window, value: <AppealWindow action={action} standing={standing} /> }] : []),
        ]}
      />
      {action.since ? (
        <Callout tone="info" className="mt-4">
          {action.since}
        </Callout>
      ) : null}
      {action.statement ? (
        <details className="mt-4">
          <summary className="w-fit cursor-pointer text-sm font-medium text-accent underline underline-offset-2">{words.statement}</summary>
          <article lang={action.statement.language} aria-label={action.statement.subject} className="mt-2 rounded-md border border-line bg-sunken p-4 text-sm whitespace-pre-wrap wrap-anywhere">
            {action.statement.text}
          </article>
        </details>
      ) : null}
      {action.printable ? (
        <p className="mt-2 text-sm">
          <PlainLink href={`${here}/statement/${action.id}`} download>
            {words.statementPdf}
          </PlainLink>
        </p>
      ) : null}
      {action.appeals.map((appeal) => (
        <AppealStatus
          key={appeal.id}
          appeal={appeal}
          zone={zone}
          now={standing.now}
          language={standing.language}
          answer={answer?.form === appeal.id ? answer : null}
        />
      ))}
      <MayAppeal action={action} standing={standing} idempotencyKey={idempotencyKey} answer={answer?.form === action.id ? answer : null} />
    </Panel>
  );
}

const mayBeLate = ({ bars, window }: StandingAction): boolean => bars === null && window.state === "over";

function AppealWindow({ action, standing }: { action: StandingAction; standing: Standing }) {
  const words = standingWords(standing.language);
  const { state, closesAt } = action.window;
  if (state === "not_open" || !closesAt) return <>{words.windowNotOpen(standing.platform.windowDays)}</>;
  const day = <time dateTime={closesAt}>{lastDay(closesAt, standing.platform.zone, standing.language)}</time>;
  const [before, after] = (state === "open" ? words.windowOpen : words.windowOver)("|").split("|");
  return (
    <>
      {before}
      {day}
      {after}
      {state === "over" && mayBeLate(action) ? <> {words.stillLate}</> : null}
    </>
  );
}

function MayAppeal({ action, standing, idempotencyKey, answer }: { action: StandingAction; standing: Standing; idempotencyKey: string; answer: StandingAnswer | null }) {
  const words = standingWords(standing.language);
  const { appealsEmail, slaDays } = standing.platform;
  if (action.bars === "already_ruled") {
    return (
      <p className="mt-4 text-sm text-muted">
        {words.bars.already_ruled} <PlainLink href={`mailto:${appealsEmail}`}>{appealsEmail}</PlainLink>
      </p>
    );
  }
  if (action.bars === "action_undone") return <p className="mt-4 text-sm text-muted">{words.bars.action_undone}</p>;
  if (action.bars) return null;
  const late = mayBeLate(action);
  return (
    <details className="mt-4" open={answer !== null}>
      <summary className="inline-flex min-h-9 w-fit cursor-pointer items-center rounded-md border border-accent bg-accent px-3 font-medium text-on-accent">
        {late ? words.appealTitleLate : words.appealTitle}
      </summary>
      <div className="mt-4 grid gap-4">
        {late ? <Callout tone="warn">{words.lateExplained}</Callout> : null}
        <AppealForm actionId={action.id} idempotencyKey={idempotencyKey} late={late} slaDays={slaDays} language={standing.language} answer={answer} />
      </div>
    </details>
  );
}
