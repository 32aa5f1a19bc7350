import type { ActionFunctionArgs, AppLoadContext } from "@remix-run/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { takeFlash } from "~/infra/http/flash.server";
import type { StaffActor } from "~/modules/access/actor";
import { action as actionForms } from "~/routes/_console.actions.$id";
import { action as appealForms } from "~/routes/_console.appeals.$reference";
import { decided, filed, must } from "../factories/appealed";
import { enforcers } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { signIn } from "../support/crowd";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana } = await enforcers(deps));
});
afterAll(() => database.close());

type Answer = Response | { data: object; init: ResponseInit | null };

async function sent(route: (args: ActionFunctionArgs) => unknown, as: StaffActor, params: Record<string, string>, form: Record<string, string>): Promise<Answer> {
  const request = new Request("http://localhost/form", { method: "POST", body: new URLSearchParams(form), headers: { cookie: await signIn(deps, as) } });
  const context = { deps, cspNonce: "", requestId: "test", clientIp: "127.0.0.1" } as AppLoadContext;
  return (await route({ request, params, context })) as Answer;
}

/** What the page after a redirect says. */
function flashed(answer: Answer): string | undefined {
  if (!(answer instanceof Response)) throw new Error("nobody is sent on");
  const cookie = answer.headers.get("set-cookie")!.split(";")[0]!;
  return takeFlash(new Request("http://localhost/", { headers: { cookie } })).message?.text;
}

test("a form to change an action is forbidden to a role that may not, however it is filled in", async () => {
  const { actionId } = await decided(deps, ana, platformId);
  const auditor = await createStaff(deps.db, ["auditor"], "Olga");
  for (const intent of ["preview-change", "change"]) {
    expect(await sent(actionForms, auditor, { id: actionId }, { intent, what: "replace", kind: "", days: "" })).toMatchObject({ init: { status: 403 } });
    expect(await sent(actionForms, ana, { id: actionId }, { intent, what: "replace", kind: "", days: "" })).toMatchObject({ init: { status: 422 } });
  }
});

test("an appeal given to nobody says whom to choose", async () => {
  const on = await decided(deps, ana, platformId);
  const { appealId, reference } = must(await filed(deps, on));
  const rita = await createStaff(deps.db, ["appeals_reviewer"], "Rita");
  const answer = await sent(appealForms, rita, { reference }, { intent: "assign", appealId, reviewerId: "" });
  expect(flashed(answer)).toBe("Choose who gets this appeal.");
  expect(await deps.db.appeal.findUniqueOrThrow({ where: { id: appealId } })).toMatchObject({ reviewerId: null });
});
