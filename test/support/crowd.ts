import { createHash } from "node:crypto";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, type Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import type { StaffActor } from "~/modules/access/actor";
import type { Role } from "~/modules/access/permissions";
import { privateLink } from "~/modules/access/private-link.server";
import { sessionCookieName } from "~/modules/access/session-cookie";
import { insertSession } from "~/modules/access/session.repo.server";
import { rulingSchema } from "~/modules/appeals/rule-on-appeal.schema";
import { addContact } from "~/modules/platforms/account-contacts.server";
import { createAccount } from "../factories/account";
import { createCase } from "../factories/case";
import { clauseByCode } from "../factories/investigation";
import { createReport, createReporter } from "../factories/report";
import { createStaff } from "../factories/staff";
import type { TestApp } from "./app";

/** A colleague with a browser in which they are signed in. */
export interface Colleague {
  actor: StaffActor;
  cookie: string;
}

/** An open case and the private page of the business it is about. */
export interface CrowdCase {
  n: number;
  id: string;
  reference: string;
  accountId: string;
  reportId: string;
  /** Path of the holder's page. */
  standing: string;
}

export type Form = Record<string, string>;

/** Dependencies on the data of a running app, with its keys and its clock. */
export const depsOf = (app: TestApp): Promise<Deps> => buildDeps(loadConfig({ ...process.env, ...app.env, LOG_LEVEL: "silent" }), "crowd");

export async function signedIn(deps: Deps, roles: Role[], name: string): Promise<Colleague> {
  const actor = await createStaff(deps.db, roles, name);
  return { actor, cookie: await signIn(deps, actor) };
}

/** The cookie of a browser in which they sign in now. */
export async function signIn(deps: Deps, actor: StaffActor): Promise<string> {
  const { token } = await deps.db.$transaction((tx) => insertSession(tx, deps.crypto, { staffId: actor.id, verified: true, userAgent: "crowd", now: deps.clock() }));
  return `${sessionCookieName}=${token}`;
}

export async function openCases(deps: Deps, platformId: string, count: number): Promise<CrowdCase[]> {
  const at = deps.clock().toJSDate();
  const made: CrowdCase[] = [];
  for (let n = 0; n < count; n += 1) {
    const account = await createAccount(deps.db, { platformId, businessName: `Ridge Supply ${newId()}` });
    await addContact(deps.db, deps.crypto, { accountId: account.id, kind: "email", value: `owner-${account.externalId}@ridge.example`, createdAt: at });
    const { id, reference } = await createCase(deps.db, { accountId: account.id, openedAt: at });
    const reporter = await createReporter(deps, platformId, `reporter-${account.externalId}@mail.example`);
    const clauseId = await clauseByCode(deps, "CF-AUP-4.1.b");
    const report = await createReport(deps, { platformId, accountId: account.id, caseId: id, clauseId, state: "attached", reporterId: reporter.id, receivedAt: at });
    const url = await deps.db.$transaction((tx) => privateLink(tx, deps, { purpose: "account_standing", accountId: account.id }, deps.clock()));
    made.push({ n, id, reference, accountId: account.id, reportId: report.id, standing: new URL(url).pathname });
  }
  return made;
}

/**
 * Sends a form as the page's script does (the answer is data; a redirect is 202) from a network of one's own.
 *
 * @returns null when no answer came: nobody can tell whether the form was accepted
 */
export async function send(app: TestApp, path: string, form: Form, { cookie, network = "192.0.2.1" }: { cookie?: string; network?: string } = {}): Promise<{ status: number; text: string } | null> {
  const body = cookie ? new URLSearchParams(form) : formData(form);
  try {
    const response = await fetch(`${app.url}${path}.data`, { method: "POST", body, redirect: "manual", headers: { origin: app.url, "x-forwarded-for": network, ...(cookie && { cookie }) } });
    return { status: response.status, text: await response.text() };
  } catch {
    return null;
  }
}

/** The forms of the public carry files. */
function formData(form: Form): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(form)) data.append(name, value);
  return data;
}

/** What the decision composer sends: a restriction for a week, or, for what is grave, the end of the account, which takes two. */
export async function decisionForm(deps: Deps, on: CrowdCase, given: { grave: boolean; key: string }): Promise<Form> {
  const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: on.id } });
  return {
    intent: "decide",
    caseId: on.id,
    version: String(version),
    idempotencyKey: given.key,
    outcome: "violation",
    "findings[0].clauseId": await clauseByCode(deps, "CF-AUP-4.1.b"),
    "findings[0].conductOn": deps.clock().minus({ days: 2 }).toISODate(),
    "findings[0].note": "",
    evidence: `report:${on.reportId}`,
    rung: given.grave ? "5" : "2",
    days: "",
    startsAt: "",
    justification: "The same was answered twice before in writing, and nothing changed.",
    facts: "Your account sent 41 messages to people who had opted out, of 1,204 delivered.",
    rationale: "41 of 1,204 contacts had opted out.",
  };
}

/** What the ruling form sends after its preview. */
export function rulingForm(appeal: { id: string; version: number }, ruling: "upheld" | "overturned" | "modified", grounds: string): Form {
  const fields: Form = { appealId: appeal.id, version: String(appeal.version), grounds, ruling, ...(ruling === "modified" && { "measure.kind": "warning" }) };
  const read = rulingSchema.parse({ ...appeal, appealId: appeal.id, grounds, ruling, measure: { kind: "warning" } });
  return { ...fields, intent: "rule", previewed: createHash("sha256").update(JSON.stringify(read)).digest("base64url") };
}
