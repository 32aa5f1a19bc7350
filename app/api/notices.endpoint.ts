import { z } from "zod";
import { civilDayOf } from "~/infra/civil-day";
import { DateTime } from "luxon";
import { defineEndpoint } from "~/infra/http/endpoint";
import { refusalProblem } from "~/infra/http/problem";
import { refuse } from "~/infra/result";
import { accountNotices, type AccountNotice } from "~/modules/notices/campaign/account-notices.queries.server";
import { recordNoticeRead } from "~/modules/notices/campaign/record-notice-read.server";
import type { Admit } from "./caller";
import { idempotencyHeaders, type Idempotency } from "./idempotency";
import { accountPath } from "./paths";

const words = z.object({ title: z.string(), summary: z.string().describe("What changes, in plain words (Markdown).") });
const notice = z.object({
  id: z.uuid().describe("Names the notice in a read receipt."),
  policy: z.string(),
  version: z.int(),
  en: words,
  es: words.nullable().describe("null: there is no Spanish text."),
  inForce: z.boolean(),
  held: z.boolean().describe("The version does not take effect on that day: not every account holder was told in time. Another day is still to be set, so show none."),
  effectiveOn: z.iso.date().describe("The day, in the platform's zone, on which the version takes effect or took effect. It can move to a later one until then."),
  effectiveFrom: z.iso.datetime(),
  url: z.url().describe("Where the version and its changes can be read."),
  mailAcceptedAt: z.iso.datetime().nullable().describe("When a mail server of the account holder took the notice."),
  readAt: z.iso.datetime().nullable(),
});
const told = z.object({ account: z.string(), platform: z.string(), notices: z.array(notice) });
const receipt = z.object({ notice: z.uuid(), readAt: z.iso.datetime() });

const bodyOf = ({ id, policy, platform, version, title, titleEs, summary, summaryEs, versionState, held, effectiveFrom, zone, mailAcceptedAt, readAt }: AccountNotice, publicUrl: string): z.output<typeof notice> => ({
  id,
  policy,
  version,
  en: { title, summary },
  es: summaryEs === null ? null : { title: titleEs ?? title, summary: summaryEs },
  inForce: versionState === "in_force",
  held,
  effectiveOn: civilDayOf(DateTime.fromJSDate(effectiveFrom!, { zone: "utc" }), zone),
  effectiveFrom: effectiveFrom!.toISOString(),
  url: `${publicUrl}/policies/${platform}/${policy}/versions/${version}`,
  mailAcceptedAt: mailAcceptedAt?.toISOString() ?? null,
  readAt: readAt?.toISOString() ?? null,
});

/** What the platform shows an account's people as a banner: changes of policies that are ahead or new. */
export const accountNoticesEndpoint = (admit: Admit) =>
  defineEndpoint({
    method: "GET",
    pattern: "/api/v1/platforms/:key/accounts/:externalId/notices",
    path: accountPath,
    query: z.strictObject({}),
    admit,
    doc: {
      summary: "What an account is to be told of changes of policies",
      description: "Newest first, from the day the notices go out until 30 days after the version took effect. Show them in the product beside the mail, and send a read receipt when somebody has read one.",
      tag: "Notices",
      scope: "notice:read",
      answers: { 200: { description: "The notices; none is an empty list.", body: told } },
      problems: ["account_unknown"],
    },
    handle: async ({ caller, path }, { deps }) => {
      const found = await accountNotices(deps.db, { platformId: caller.actor.platformId, externalId: path.externalId, now: deps.clock().toJSDate() });
      if (!found) return refusalProblem(refuse("account_unknown"));
      return { status: 200, headers: { "cache-control": "private, no-store" }, body: { account: path.externalId, platform: path.key, notices: found.map((one) => bodyOf(one, deps.config.publicUrl)) } };
    },
  });

/** The receipt for one of them. */
export const noticeReadEndpoint = (admit: Admit, idempotency: Idempotency) =>
  defineEndpoint({
    method: "POST",
    pattern: "/api/v1/platforms/:key/accounts/:externalId/notices/:notice/read",
    path: accountPath.extend({ notice: z.uuid("is not the id of a notice") }),
    headers: idempotencyHeaders,
    body: z.strictObject({}),
    admit,
    doc: {
      summary: "Somebody of the account has read a notice",
      description: "The first receipt counts; later ones get its time again. It is kept beside the mail and does not stand in for it.",
      tag: "Notices",
      scope: "notice:read",
      answers: { 200: { description: "It is on record.", body: receipt } },
      problems: ["account_unknown", "notice_unknown"],
    },
    handle: async (input, { deps }) =>
      idempotency.once(deps, input, "notice-read", async () => {
        const { caller, path } = input;
        const read = await recordNoticeRead(deps, caller.actor, { externalId: path.externalId, campaignId: path.notice });
        if (!read.ok) return refusalProblem(read);
        return { status: 200, body: { notice: path.notice, readAt: read.readAt.toISOString() } };
      }),
  });
