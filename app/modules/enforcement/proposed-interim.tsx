import { Panel } from "~/components/panel";
import type { ChangeAnswer } from "./action-change";
import { AnswerProposal } from "./answer-proposal";
import type { AnswerPreview } from "./preview-answer.server";
import { AnswerEffects } from "./previewed-effects";

/** An interim measure that waits for a second person: judged, or taken back, where it stands. */
export function ProposedInterim({ preview, zone, ...seen }: { preview: AnswerPreview | null; zone: string; mine: boolean; mayApprove: boolean; answer: ChangeAnswer | undefined }) {
  return (
    <Panel title="This waits for a second person" id="answer-interim">
      <AnswerProposal subject="interim" approve="Approve: it takes effect now" {...seen}>
        <p className="text-sm text-muted">Nothing holds and nobody was told yet. Once approved it holds at once, for as many days as were proposed, and the account holder reads the reason beside. It lapses after 72 hours.</p>
        {preview ? <AnswerEffects preview={preview} zone={zone} /> : null}
      </AnswerProposal>
    </Panel>
  );
}
