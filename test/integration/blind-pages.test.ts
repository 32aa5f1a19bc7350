import type { AppLoadContext, LoaderFunctionArgs } from "@remix-run/node";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newId } from "~/infra/id";
import type { StaffActor } from "~/modules/access/actor";
import { fileAppeal } from "~/modules/appeals/file-appeal.server";
import { claimSample } from "~/modules/calibration/claim-sample.server";
import { sampleDecisions } from "~/modules/calibration/sample-decisions.server";
import { setCalibrationShare } from "~/modules/calibration/set-calibration-share.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { draftReferral } from "~/modules/referrals/draft-referral.server";
import { loader as accounts } from "~/routes/_console.accounts._index";
import { loader as appeals } from "~/routes/_console.appeals._index";
import { loader as unmatched } from "~/routes/_console.appeals.unmatched";
import { loader as notices } from "~/routes/_console.notices._index";
import { loader as referral } from "~/routes/_console.referrals.$reference";
import { loader as referrals } from "~/routes/_console.referrals._index";
import { loader as reporter } from "~/routes/_console.reporters.$id";
import { must } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers, type Investigation } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { signIn } from "../support/crowd";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor, lee: StaffActor, lou: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, lee, lou } = await enforcers(deps));
  must(await setCalibrationShare(deps, await createStaff(deps.db, ["admin"], "Ada"), { platformKey: "customerflows", percent: 10_000 }));
});
afterAll(() => database.close());

let found: Investigation;
let referralReference: string;

/** A decision that is appealed against, referred and sampled; Lou, who had no part in it, holds the sample. */
beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  found = await anInvestigation(deps, ana, { platformId });
  const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, found, { rung: 2, features: ["chatbot"], days: 3, justification: "The chatbot sent them.", lawEnforcementReferral: true })));
  must(await approveDecision(deps, lee, { decisionId }));
  const actions = await deps.db.action.findMany({ where: { decisionId } });
  const of = (kind: string) => actions.find((action) => action.kind === kind)!.id;
  referralReference = must(await draftReferral(deps, lee, { actionId: of("law_enforcement_referral") })).reference;
  must(await fileAppeal(deps, { kind: "account_holder", accountId: found.account.id }, { actionId: of("feature_restriction"), accountId: found.account.id, explanation: "We object to this.", idempotencyKey: newId(), channel: "link" }));
  await deps.db.unmatchedAppeal.create({
    data: {
      id: newId(), platformId, actionText: "You blocked us.", explanation: "We did nothing wrong at all.", receivedAt: deps.clock().toJSDate(), lookedAt: deps.clock().toJSDate(),
      emailSealed: deps.crypto.seal(found.ownerEmail, "unmatched-appeal.email"), emailHash: deps.crypto.lookup(found.ownerEmail, "email"),
    },
  });
  await deps.db.calibrationSample.deleteMany({ where: { state: "pending" } });
  await sampleDecisions(deps);
  must(await claimSample(deps, lou));
});

const open = async (loader: (args: LoaderFunctionArgs) => unknown, query = "", params: Record<string, string> = {}) => {
  const request = new Request(`http://localhost/page${query}`, { headers: { cookie: await signIn(deps, lou) } });
  await loader({ request, params, context: { deps, cspNonce: "", requestId: "test", clientIp: "127.0.0.1" } as AppLoadContext });
};

test.each<[string, () => Promise<void>]>([
  ["the list of appeals", () => open(appeals)],
  ["appeals that fit no action", () => open(unmatched)],
  ["the list of referrals", () => open(referrals)],
  ["a referral", () => open(referral, "", { reference: referralReference })],
  ["the list of accounts, where one is restricted", () => open(accounts, "?platform=customerflows")],
  ["what the account was sent", () => open(notices, `?accountId=${found.account.id}`)],
  ["what became of a reporter's reports", async () => open(reporter, "", { id: (await deps.db.report.findUniqueOrThrow({ where: { id: found.reports[0]!.id } })).reporterId! })],
])("whoever opens %s gives the sample back: they have seen what was decided", async (_page, opened) => {
  const held = { claimedById: lou.id, decision: { accountId: found.account.id } };
  expect(await deps.db.calibrationSample.count({ where: held })).toBe(1);
  await opened();
  expect(await deps.db.calibrationSample.count({ where: held })).toBe(0);
  expect(await deps.db.calibrationExposure.count({ where: { staffId: lou.id, sample: { decision: { accountId: found.account.id } } } })).toBe(1);
});
