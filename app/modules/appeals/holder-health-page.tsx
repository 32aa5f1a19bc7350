import { Callout } from "~/components/flash";
import { LanguageSwitch } from "~/components/language-switch";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { DataTable } from "~/components/data-table";
import { holderAdvice } from "../signals/holder-advice";
import { HealthChart } from "../signals/health-chart";
import type { HolderHealth } from "./holder-health.queries.server";
import { holderHealthWords } from "./holder-health-words";

/** What an account holder sees of their own sending behind their link: figures, and what to do about what is not in order. */
export function HolderHealthPage({ health }: { health: HolderHealth }) {
  const { language, totals, bars, toFix, zone } = health;
  const words = holderHealthWords(language);
  const number = (value: number) => value.toLocaleString(language);
  const share = (part: number, of: number) => (of === 0 ? "—" : words.share(number(part), number(of), ((100 * part) / of).toLocaleString(language, { maximumFractionDigits: 1 })));
  const time = { now: health.now, zone, locale: language };
  return (
    <div lang={language} className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <PageHeader title={words.title(health.businessName)} lead={words.lead(health.platform.name, health.from, health.today, zone)} actions={<LanguageSwitch locale={language} />} />
      {health.behindSince !== undefined ? <Callout tone="info">{words.behind}</Callout> : null}
      <Panel title={words.figures} id="figures">
        <Facts
          className="**:whitespace-normal"
          facts={[
            { name: words.sent, value: number(totals.sent) },
            { name: words.delivered, value: share(totals.delivered, totals.sent) },
            { name: words.failed, value: share(totals.failed, totals.sent) },
            { name: words.optOuts, value: share(totals.optOuts, totals.marketingDelivered) },
            { name: words.quiet, value: share(totals.quiet, totals.marketing) },
          ]}
        />
      </Panel>
      <section aria-labelledby="to-fix" className="grid gap-4">
        <h2 id="to-fix" className="text-lg font-semibold">
          {words.toFix}
        </h2>
        {toFix.length === 0 ? <p className="text-muted">{words.nothingToFix}</p> : null}
        {toFix.map(({ rule, clause, title, messages, days, examples }) => {
          const { what, fix } = holderAdvice[rule][language];
          return (
            <Panel key={rule} level={3} id={`fix-${rule}`} title={what}>
              <Facts
                className="**:whitespace-normal"
                facts={[
                  { name: words.clause, value: `${clause} – ${title}` },
                  { name: words.seen, value: messages === null ? words.foundDays(days) : words.found(messages, days) },
                  { name: words.how, value: <strong className="font-medium">{fix}</strong> },
                ]}
              />
              {examples.length > 0 ? (
                <div className="mt-4 grid gap-1 text-sm">
                  <p className="font-medium">{words.examples}</p>
                  <ul className="grid gap-1">
                    {examples.map(({ at, contact }, index) => (
                      <li key={index}>
                        <Time at={at} {...time} /> · {words.contact(contact ?? "…")}
                      </li>
                    ))}
                  </ul>
                  <p className="text-muted">{words.masked}</p>
                </div>
              ) : null}
            </Panel>
          );
        })}
      </section>
      <Panel title={words.byDay} id="by-day" flush>
        {totals.sent + totals.delivered + totals.optOuts === 0 ? (
          <p className="p-4 text-muted">{words.nothingSent}</p>
        ) : (
          <>
            <HealthChart bars={bars} words={words.chart} />
            <details className="border-t border-line p-4">
              <summary className="w-fit cursor-pointer text-sm underline underline-offset-2">{words.inNumbers}</summary>
              <DataTable
                caption={words.chart.label}
                rows={bars}
                rowKey={({ key }) => key}
                columns={[
                  { key: "day", header: words.day, cell: ({ key }) => key },
                  { key: "sent", header: words.sent, align: "right", cell: ({ sent }) => number(sent) },
                  { key: "delivered", header: words.delivered, align: "right", cell: ({ delivered, sent }) => share(delivered, sent) },
                  { key: "out", header: words.optOuts, align: "right", cell: ({ optOuts, marketingDelivered }) => share(optOuts, marketingDelivered) },
                ]}
              />
            </details>
          </>
        )}
      </Panel>
      <p className="text-sm text-muted">{words.noDecision(health.platform.supportEmail)}</p>
    </div>
  );
}
