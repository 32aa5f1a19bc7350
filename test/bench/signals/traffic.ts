import { newId } from "~/infra/id";
import type { BenchDatabase } from "../enforcement/bench-gate";

const honest = 2_000;
const contactsEach = 20;
export const eventsEach = 100;

/** Accounts that do nothing but one thing wrong, each once; an account's first breach makes a signal of its own. */
export interface Offenders {
  externalIds: string[];
  next: number;
}

/** What one request carries: honest traffic, and the breach of one offender where one was asked for. */
export interface Load {
  offender: string | null;
  breachId: string | null;
  text: string;
}

async function accountsOf(bench: BenchDatabase, platformId: string, prefix: string, count: number): Promise<string[]> {
  const now = bench.deps.clock().toJSDate();
  const made = Array.from({ length: count }, (_none, n) => ({ id: newId(), platformId, externalId: `${prefix}-${n}`, businessName: `Business ${prefix} ${n}`, createdAt: now, updatedAt: now }));
  await bench.deps.db.account.createMany({ data: made });
  return made.map(({ externalId }) => externalId);
}

/** Makes the accounts that `loadOf` writes of. */
export async function castOf(bench: BenchDatabase, platformId: string, offenders: number): Promise<Offenders> {
  await accountsOf(bench, platformId, "honest", honest);
  return { externalIds: await accountsOf(bench, platformId, "offender", offenders), next: 0 };
}

/** Yesterday's afternoon in the zone of every contact, so that whoever runs this at night breaks no quiet hours. */
const afternoon = (): string => new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 5 * 3_600_000 + Math.floor(Math.random() * 3_600_000)).toISOString();

export function loadOf(bearer: string, offenders: Offenders, breaks: boolean): Load {
  const offender = breaks ? offenders.externalIds[offenders.next++]! : null;
  if (offender === undefined) throw new Error("every offender has done what is wrong once");
  let breachId: string | null = null;
  const events = Array.from({ length: eventsEach }, (_none, n) => {
    const [account, contact] = [Math.floor(Math.random() * honest), Math.floor(Math.random() * contactsEach)];
    const event = { id: newId(), account: `honest-${account}`, contact: `+1307${String(account * contactsEach + contact).padStart(7, "0")}`, category: "transactional", occurredAt: afternoon(), templateId: "news", templateApproved: true, businessName: "Zenith", hasOptOutInstructions: true };
    if (n > 0 || offender === null) return { ...event, type: n % 2 ? "message.delivered" : "message.sent" };
    breachId = event.id;
    return { ...event, type: "message.sent", account: offender, templateApproved: false };
  });
  const body = JSON.stringify(events);
  return { offender, breachId, text: `POST /api/v1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: ${bearer}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}` };
}
