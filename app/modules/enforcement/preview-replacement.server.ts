import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../access/actor";
import { maskAddress, maskLinkTokens } from "../notices/notice";
import { featureNamesOf } from "./decision-plan";
import { readGate, type GateAnswer } from "./gate.queries.server";
import { measureInWords } from "./measure";
import type { ReplaceActionInput } from "./replace-action.schema";
import { enactReplacement, newAction, planChange, type ReplaceRefusal } from "./replace-action.server";

export interface PreviewedMessage {
  to: string;
  subject: string;
  text: string;
}

/** A feature about which the gate would answer otherwise, and until when. */
export interface GateChange {
  name: string;
  before: string | null;
  after: string | null;
  denied: boolean;
}

export interface ReplacementPreview {
  measure: string;
  endsAt: string | null;
  needsApproval: boolean;
  withheld: boolean;
  messages: PreviewedMessage[];
  gate: GateChange[];
}

/** Exactly what a change of an action would do and tell: it is carried out as if approved, read, and rolled back. */
export async function previewReplacement(deps: Deps, actor: StaffActor, input: ReplaceActionInput): Promise<Result<{ preview: ReplacementPreview }, ReplaceRefusal>> {
  if (!may(actor, "decision:propose")) return refuse("forbidden");
  const at = deps.clock();
  try {
    await deps.db.$transaction(async (tx) => {
      const planned = await planChange(tx, deps, actor, input, at);
      if (!planned.ok) throw new RolledBack(planned);
      const { subject, replacement, words } = planned;
      const { terms, account } = subject;
      const { externalId } = await tx.account.findUniqueOrThrow({ where: { id: account.id }, select: { externalId: true } });
      const gate = () => readGate({ db: tx, clock: deps.clock }, account.platformId, externalId);
      const before = await gate();
      const approverId = replacement.needsApproval ? newId() : null;
      const successor = await enactReplacement(tx, deps, actor, subject, newAction(subject, replacement, { state: "active", proposerId: actor.id, approverId, reason: input.reason, at }), at, words.guard);
      const after = await gate();
      const staged = await tx.notice.findMany({ where: { actionId: successor.id }, orderBy: { id: "asc" }, select: { subject: true, textSealed: true, addressSealed: true } });
      const names = featureNamesOf(terms);
      throw new RolledBack({
        ok: true,
        preview: {
          measure: measureInWords(replacement.measure, names),
          endsAt: replacement.endsAt?.toISO() ?? null,
          needsApproval: replacement.needsApproval,
          withheld: successor.noTipOff,
          messages: staged.map((one) => ({ to: maskAddress(deps.crypto.open(one.addressSealed, "notice.address")), subject: one.subject, text: maskLinkTokens(deps.crypto.open(one.textSealed, "notice.text")) })),
          gate: gateChanges(before, after, names),
        },
      });
    });
  } catch (thrown) {
    if (thrown instanceof RolledBack) return thrown.outcome;
    throw thrown;
  }
  throw new Error("a preview never commits");
}

export function gateChanges(before: GateAnswer | null, after: GateAnswer | null, names: Readonly<Record<string, string>>): GateChange[] {
  const until = (answer: GateAnswer | null, feature: string) => {
    const one = answer?.features.find((verdict) => verdict.feature === feature);
    return { denied: one ? !one.allowed : false, until: one?.until?.toISO() ?? null };
  };
  return (after?.features ?? []).flatMap(({ feature }) => {
    const [was, is] = [until(before, feature), until(after, feature)];
    return was.denied === is.denied && was.until === is.until ? [] : [{ name: names[feature] ?? feature, before: was.until, after: is.until, denied: is.denied }];
  });
}

class RolledBack extends Error {
  constructor(readonly outcome: Result<{ preview: ReplacementPreview }, ReplaceRefusal>) {
    super("rolled back");
  }
}
