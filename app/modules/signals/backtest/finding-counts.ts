import { civilDayNumber, civilDayStart } from "../zone-clock";
import type { FindingsChange } from "../rules/finding";
import { ruleCatalogue } from "../rules/rule-catalogue";
import { signalKey } from "../rules/signals-of-findings";

/** What one version of a rule found about an account. */
export interface Found {
  signals: number;
  findings: number;
}

interface Group {
  accountId: string;
  /** When nothing can change about it any more. */
  settles: number;
  /** The instant at which its clause has to be in force. */
  clauseAt: number;
  size: number;
}

/**
 * Counts an engine's findings as the signals they are gathered in, by account. Keeps findings by their keys only until their
 * day is settled, so that memory does not grow with the days.
 */
export class FindingCounts {
  readonly byAccount = new Map<string, Found>();
  private readonly groups = new Map<string, Group>();
  private readonly groupOf = new Map<string, Group>();

  /** @param inForce whether the rule's clause was in force then: what breaches no clause is no signal */
  constructor(
    private readonly span: { from: number; to: number; zone: string },
    private readonly inForce: (instant: number) => boolean,
  ) {}

  note({ put, retract }: FindingsChange): void {
    for (const key of retract) {
      const group = this.groupOf.get(key);
      if (group) group.size -= 1;
      this.groupOf.delete(key);
    }
    for (const finding of put) {
      if (finding.at < this.span.from || finding.at >= this.span.to) continue;
      const isEpisode = ruleCatalogue[finding.rule].finds === "episode";
      const end = isEpisode ? finding.window.to : civilDayStart(this.span.zone, civilDayNumber(this.span.zone, finding.at) + 1);
      const known = this.groupOf.get(finding.key);
      if (known) {
        if (isEpisode) known.clauseAt = end - 1;
        continue;
      }
      const key = signalKey(finding, this.span.zone);
      let group = this.groups.get(key);
      if (!group) this.groups.set(key, (group = { accountId: finding.accountId, settles: isEpisode ? Infinity : end, clauseAt: end - 1, size: 0 }));
      group.size += 1;
      this.groupOf.set(finding.key, group);
    }
  }

  /** Counts what no event from the frontier on can change, and forgets it. At the end the frontier is infinity. */
  settle(frontier: number): void {
    const settled = new Set<Group>();
    for (const [key, group] of this.groups) {
      if (group.settles > frontier) continue;
      settled.add(group);
      this.groups.delete(key);
      if (group.size === 0 || !this.inForce(group.clauseAt)) continue;
      const found = this.byAccount.get(group.accountId) ?? { signals: 0, findings: 0 };
      this.byAccount.set(group.accountId, { signals: found.signals + 1, findings: found.findings + group.size });
    }
    if (settled.size > 0) for (const [key, group] of this.groupOf) if (settled.has(group)) this.groupOf.delete(key);
  }
}
