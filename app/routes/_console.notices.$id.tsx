import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { RotateCw } from "lucide-react";
import { z } from "zod";
import { readForm } from "~/infra/http/form-fields";
import { Button } from "~/components/button";
import { Callout } from "~/components/flash";
import { InputField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { noticeKindLabels } from "~/modules/notices/notice-kind";
import { NoticeStatePill } from "~/modules/notices/notice-state-pill";
import { openNotice } from "~/modules/notices/open-notice.server";
import { readMail } from "~/modules/notices/read-mail.server";
import { retryNotice } from "~/modules/notices/retry-notice.server";
import { noticeFormSchema } from "~/modules/notices/reveal-notice.schema";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [{ title: `${page?.notice.subject ?? "Notice"} · Trust and safety` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const { deps } = context;
  const actor = await requireStaff(request, context, "notice:read");
  const id = z.uuid().safeParse(params.id);
  const opened = id.success ? await openNotice(deps, actor, { noticeId: id.data }) : null;
  if (!opened?.ok) throw data({ sentence: "There is no message with this id. Find it in the list of notices." }, { status: 404 });
  await noteOutcomeSeen(deps, actor, { noticeIds: [opened.notice.id] });
  const { createdAt, handedOverAt, notBefore, ...notice } = opened.notice;
  return {
    notice: { ...notice, createdAt: createdAt.toISOString(), handedOverAt: handedOverAt?.toISOString() ?? null, notBefore: notBefore?.toISOString() ?? null },
    text: opened.text,
    now: deps.clock().toISO(),
    mayRetry: (notice.state === "failed" || notice.state === "bounced") && (may(actor, "case:work") || may(actor, "job:manage")),
  };
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "notice:read");
  const form = await readForm(request);
  form.set("noticeId", params.id ?? "");
  const submission = parseWithZod(form, { schema: noticeFormSchema });
  if (submission.status !== "success") return data({ to: null, refusal: Object.values(submission.error ?? {}).flat().join(" ") }, { status: 422 });
  if (submission.value.intent === "retry") {
    const retried = await retryNotice(context.deps, actor, submission.value);
    if (retried.ok) return redirectWithFlash(`/notices/${submission.value.noticeId}`, { tone: "ok", text: "The message is on its way again." });
    return refusal(retried.reason);
  }
  const revealed = await readMail(context.deps, actor, submission.value);
  return revealed.ok ? { to: revealed.to, refusal: null } : refusal(revealed.reason);
}

function refusal(reason: string) {
  const { status, sentence } = refusalText(reason);
  return data({ to: null, refusal: sentence }, { status });
}

export default function NoticePage() {
  const { notice, text, now, mayRetry } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  const seen = { now, zone: notice.zone };
  return (
    <>
      <PageHeader crumbs={[{ label: "Notices", to: "/notices" }, { label: noticeKindLabels[notice.kind] }]} title={notice.subject} status={<NoticeStatePill state={notice.state} />} />
      {result?.refusal ? (
        <Callout tone="danger" role="alert" className="mb-4">
          {result.refusal}
        </Callout>
      ) : null}
      {notice.state === "failed" || notice.state === "bounced" ? (
        <Callout tone="warn" className="mb-4">
          {notice.state === "failed" ? "This message did not reach the mail server of its recipient, so they do not know what it says." : "The recipient's mail server sent this message back, so they may not know what it says."}{" "}
          Check the address with the platform, then send it again.
        </Callout>
      ) : null}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_360px]">
        <Panel title="What it says" id="text">
          <p className="mb-3 text-sm text-muted">Frozen as it was sent. The private link is hidden, because it opens the recipient&rsquo;s page.</p>
          <pre className="font-sans text-sm whitespace-pre-wrap wrap-anywhere">{text}</pre>
        </Panel>
        <div className="grid min-w-0 gap-4">
          <Panel title="Delivery" id="delivery">
            <Facts
              facts={[
                { name: "To", value: result?.to ?? notice.to },
                { name: "Message", value: noticeKindLabels[notice.kind] },
                { name: "Platform", value: notice.platformName ?? "The console" },
                ...(notice.account ? [{ name: "Account", value: <TextLink to={`/accounts/${notice.account.id}`}>{notice.account.name}</TextLink> }] : []),
                ...(notice.caseReference ? [{ name: "Case", value: <TextLink to={`/cases/${notice.caseReference}`}>{notice.caseReference}</TextLink> }] : []),
                { name: "Written", value: <Time at={notice.createdAt} {...seen} /> },
                ...(notice.handedOverAt ? [{ name: "Handed over", value: <Time at={notice.handedOverAt} {...seen} /> }] : []),
                ...(notice.notBefore ? [{ name: "Next try", value: <Time at={notice.notBefore} {...seen} /> }] : []),
                { name: "Tries", value: notice.attempts },
                ...(notice.lastAnswer ? [{ name: "Last answer", value: notice.lastAnswer }] : []),
                { name: "Message-ID", value: notice.messageId },
              ]}
            />
            {mayRetry ? (
              <Form method="post" className="mt-4">
                <Button type="submit" name="intent" value="retry" variant="primary" icon={<RotateCw aria-hidden="true" className="size-4" />}>
                  Send it again
                </Button>
              </Form>
            ) : null}
            {result?.to ? null : (
              <details className="mt-3 text-sm">
                <summary className="w-fit text-accent underline underline-offset-2">Show the whole address</summary>
                <Form method="post" preventScrollReset className="mt-2 grid gap-3">
                  <InputField name="reason" label="Why do you need to know?" hint="This is kept in the audit trail, with your name." required maxLength={2000} autoComplete="off" />
                  <div>
                    <Button type="submit" name="intent" value="reveal" size="sm">
                      Show it this once
                    </Button>
                  </div>
                </Form>
              </details>
            )}
          </Panel>
        </div>
      </div>
    </>
  );
}
