import type { Deps } from "~/infra/deps.server";
import { clauseChanges, publicChanges } from "./policy-changes";
import type { ClauseText } from "./policy-content";
import { policyHead, publicContent, type PublicVersion } from "./public-versions.queries.server";

const versionFacts = ({ summary, summaryLanguage: _language, ...facts }: PublicVersion) => ({ ...facts, summary });
const clauseFacts = ({ code, area, section, title, titleEs, body, severity }: ClauseText) => ({ code, section, area, title, titleEs, markdown: body, severity });

/** A policy for machines: the version in force with its clauses, and every version the public may see. Null when there is none under this name. */
export async function policyJson(deps: Deps, platformKey: string, code: string): Promise<object | null> {
  const head = await policyHead(deps.db, platformKey, code, "en", deps.clock());
  if (!head) return null;
  const inForce = head.versions.find(({ state }) => state === "in_force");
  const text = inForce ? await publicContent(deps.db, platformKey, code, inForce.number) : null;
  const base = `${deps.config.publicUrl}/policies/${head.platform.key}/${head.code}`;
  return {
    code: head.code,
    title: head.title,
    platform: head.platform,
    url: base,
    inForce: inForce && text ? { ...versionFacts(inForce), clauses: text.content.clauses.map(clauseFacts) } : null,
    versions: head.versions.map((version) => ({ ...versionFacts(version), url: `${base}/versions/${version.number}`, json: `${base}/versions/${version.number}/version.json` })),
  };
}

/** One version for machines, with what it changes of the one before. */
export async function versionJson(deps: Deps, platformKey: string, code: string, number: number): Promise<object | null> {
  const head = await policyHead(deps.db, platformKey, code, "en", deps.clock());
  const version = head?.versions.find((one) => one.number === number);
  const text = version ? await publicContent(deps.db, platformKey, code, number) : null;
  if (!head || !version || !text) return null;
  return {
    code: head.code,
    title: head.title,
    platform: head.platform,
    ...versionFacts(version),
    clauses: text.content.clauses.map(clauseFacts),
    changesSince: text.before?.number ?? null,
    changes: text.before ? publicChanges(clauseChanges(text.before.clauses, text.content.clauses)).map(({ code: clause, kind, fields, before, after }) => ({ code: clause, kind, fields, before: before && clauseFacts(before), after: after && clauseFacts(after) })) : [],
  };
}
