import { Panel } from "~/components/panel";
import { Deadline } from "~/components/time";
import type { ChangeAnswer } from "./action-change";
import type { ActionPage } from "./action.queries.server";
import { AnswerProposal } from "./answer-proposal";
import type { AnswerPreview } from "./preview-answer.server";
import { AnswerEffects } from "./previewed-effects";

interface Shown {
  extension: NonNullable<ActionPage["extension"]>;
  preview: AnswerPreview | null;
  mine: boolean;
  mayApprove: boolean;
  seen: { now: string; zone: string };
  answer: ChangeAnswer | undefined;
}

/** Days more of an interim measure that wait for a second person: judged, or taken back, where the measure stands. */
export function ProposedExtension({ extension, preview, seen, ...answering }: Shown) {
  return (
    <Panel title="More days wait for a second person" id="answer-extension" aside={<Deadline at={extension.expiresAt} {...seen} soonHours={12} />}>
      <AnswerProposal subject="extension" approve="Approve: it lasts longer now" {...answering}>
        <p>
          {answering.mine ? "You" : extension.proposer} proposed <strong className="font-semibold">{extension.days === 1 ? "1 day more" : `${extension.days} days more`}</strong>, counted from its end.
        </p>
        <p className="whitespace-pre-wrap wrap-anywhere">{extension.reason}</p>
        <p className="text-sm text-muted">Until somebody approves, it ends when it would have, and the account holder is told nothing. Once approved, they are sent the words above.</p>
        {preview ? <AnswerEffects preview={preview} zone={seen.zone} /> : null}
      </AnswerProposal>
    </Panel>
  );
}
