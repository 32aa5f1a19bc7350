import { useFetcher } from "@remix-run/react";
import { useEffect } from "react";
import { ButtonLink } from "~/components/button";
import { Panel } from "~/components/panel";
import { Skeleton } from "~/components/progress";
import type { CaseState } from "~/modules/cases/case-state";
import { decidePath } from "~/modules/enforcement/composer";
import { DecisionComposer } from "~/modules/enforcement/decision-composer";
import type { loader as decideLoader } from "../_console.cases.$reference_.decide";

/**
 * Where the case is decided, beside its evidence. The form is fetched once the page stands, so that reading a case costs no
 * more for it; without a script the same form is a page of its own.
 */
export function DecisionColumn({
  reference,
  version,
  state,
  mine,
  shortcuts,
}: {
  reference: string;
  version: number;
  state: CaseState;
  mine: boolean;
  shortcuts: boolean;
}) {
  if (state !== "investigating" || !mine) {
    const why = whyNot(state);
    return why ? (
      <Panel title="Decision" id="decision">
        <p className="text-sm text-muted">{why}</p>
      </Panel>
    ) : null;
  }
  return (
    <Panel title="Decision" id="decision">
      <Composer reference={reference} version={version} shortcuts={shortcuts} />
    </Panel>
  );
}

function whyNot(state: CaseState): string | null {
  switch (state) {
    case "open":
      return "Claim the case to look into it and decide.";
    case "investigating":
      return "You do not hold this case. Whoever holds it decides.";
    case "waiting_for_information":
      return "The case waits for the reporter. Go on without an answer to decide now.";
    default:
      return null;
  }
}

function Composer({ reference, version, shortcuts }: { reference: string; version: number; shortcuts: boolean }) {
  const { load, data } = useFetcher<typeof decideLoader>({ key: `decide-${reference}` });
  const path = decidePath(reference);
  useEffect(() => load(path), [load, path, version]);
  if (data?.composer) return <DecisionComposer key={data.composer.caseId} composer={data.composer} answer={data.answer} shortcuts={shortcuts} />;
  return (
    <div className="grid justify-items-start gap-4">
      <Skeleton lines={6} className="w-full" />
      <ButtonLink to={path} variant="primary">
        Decide on a page of its own
      </ButtonLink>
    </div>
  );
}
