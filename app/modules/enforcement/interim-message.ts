import type { DateTime } from "luxon";
import type { InterimReasons } from "#emails/interim-reasons";
import type { ContentOf } from "../notices/audience";
import type { LockedAccount } from "../platforms/account.server";
import type { Terms } from "../platforms/terms.queries.server";
import { areaName } from "../policy/areas";
import type { Action } from "./action.repo.server";
import { featureNamesOf } from "./decision-plan";

interface Told {
  account: LockedAccount;
  action: Action;
  terms: Terms;
  area: string;
  /** Whether it begins or lasts longer, since when and until when. */
  isNew: boolean;
  startsAt: DateTime;
  endsAt: DateTime | null;
  reason: string;
  reasons: InterimReasons | null;
}

/** What the account holder reads of an interim measure, at its start and each time it lasts longer; the link is put in for each. */
export const interimMessage =
  ({ account, action, terms, area, isNew, startsAt, endsAt, reason, reasons }: Told) =>
  (standingUrl: string): ContentOf<"interim_measure"> => {
    const names = featureNamesOf(terms, account.language);
    const from = startsAt.toJSDate();
    return {
      template: "interim_measure",
      props: {
        businessName: account.businessName,
        reference: action.reference,
        takenAt: from,
        isNew,
        measure: { kind: action.kind, features: action.features.map((code) => names[code] ?? code), startsAt: from, endsAt: endsAt?.toJSDate() ?? null },
        reason,
        policyArea: areaName(area, account.language),
        standingUrl,
        reasons,
      },
    };
  };
