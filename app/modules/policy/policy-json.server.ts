import type { Deps } from "~/infra/deps.server";
import { clauseChanges, realChanges } from "./policy-changes";
import type { ClauseText } from "./policy-content";
import { policyHead, readVersion, type PolicyHead, type PublicVersion, type VersionReading } from "./public-versions.queries.server";

const versionFacts = ({ summary, summaryLanguage: _language, ...facts }: PublicVersion) => ({ ...facts, summary });
const clauseFacts = ({ code, area, section, title, titleEs, body, bodyEs, severity }: ClauseText) => ({ code, section, area, title, titleEs, markdown: body, markdownEs: bodyEs, severity });

const headFacts = ({ code, title, platform: { key, name, legalName, zone } }: PolicyHead) => ({ code, title, platform: { key, name, legalName, zone } });

type Address = Readonly<Record<string, string | undefined>>;

/** A policy for machines: the version in force with its clauses, and every version the public may see. Null when there is none under this name. */
export async function policyJson(deps: Deps, address: Address): Promise<object | null> {
  const inForce = await readVersion(deps.db, address, "en");
  const head = inForce?.head ?? (await policyHead(deps.db, address.platform!, address.policy!, "en"));
  if (!head) return null;
  const base = `${deps.config.publicUrl}/policies/${head.platform.key}/${head.code}`;
  return {
    ...headFacts(head),
    url: base,
    inForce: inForce && { ...versionFacts(inForce.version), clauses: inForce.content.clauses.map(clauseFacts) },
    versions: head.versions.map((version) => ({ ...versionFacts(version), url: `${base}/versions/${version.number}`, json: `${base}/versions/${version.number}/version.json` })),
  };
}

/** One version for machines, with what it changes of the one before. */
export async function versionJson(deps: Deps, address: Address): Promise<object | null> {
  const read = await readVersion(deps.db, address, "en");
  return read && { ...headFacts(read.head), ...versionFacts(read.version), clauses: read.content.clauses.map(clauseFacts), changesSince: read.before?.number ?? null, changes: changesOf(read) };
}

const changesOf = ({ content, before }: VersionReading) =>
  before ? realChanges(clauseChanges(before.clauses, content.clauses)).map((change) => ({ code: change.code, kind: change.kind, fields: change.fields.filter((field) => field !== "reportLabel"), before: change.before && clauseFacts(change.before), after: change.after && clauseFacts(change.after) })) : [];
