import { data, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { z } from "zod";
import { Callout } from "~/components/flash";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { refusalText } from "~/infra/http/refusals";
import { requireStaff } from "~/modules/access/require-staff.server";
import { EvidenceFiles } from "~/modules/cases/evidence-files";
import { readingFacts } from "~/modules/inbound-mail/mail-reading";
import { acknowledgedWords } from "~/modules/inbound-mail/receipt";
import { openMail } from "~/modules/inbound-mail/open-mail.server";
import { MailStatePill } from "~/modules/inbound-mail/received-mail-list";
import { faultWords, mailKindLabels, mailRoleLabels, outcomeLabel, resultLabels } from "~/modules/inbound-mail/received-mail-words";

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [{ title: `${page?.title ?? "Mail"} · Trust and safety` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const { deps } = context;
  const actor = await requireStaff(request, context, "case:read");
  const id = z.uuid().safeParse(params.id);
  const opened = id.success ? await openMail(deps, actor, { mailId: id.data }) : ({ ok: false, reason: "mail_unknown" } as const);
  if (!opened.ok) {
    const { status, sentence } = refusalText(opened.reason);
    throw data({ sentence }, { status });
  }
  const { receivedAt, settledAt, ...mail } = opened.mail;
  return {
    title: mail.kind ? mailKindLabels[mail.kind] : "Mail, not read yet",
    mail: { ...mail, receivedAt: receivedAt.toISOString(), settledAt: settledAt?.toISOString() ?? null },
    text: opened.text,
    files: opened.files,
    now: deps.clock().toISO(),
  };
}

const vouchedBy = { trusted_header: "The mail server in front of us", checked_here: "Checked here", nobody: "Nobody" } as const;

export default function MailPage() {
  const { title, mail, text, files, now } = useLoaderData<typeof loader>();
  const { spf, dkim, dmarc, by, authority } = mail.authentication;
  const seen = { now, zone: mail.zone };
  const found = (result: keyof typeof resultLabels, domain: string | null) => `${resultLabels[result]}${domain ? ` (${domain})` : ""}`;
  return (
    <>
      <PageHeader crumbs={[{ label: "Mail in", to: "/mail" }, { label: title }]} title={title} status={<MailStatePill state={mail.state} />} />
      {mail.state === "unreadable" && mail.fault ? (
        <Callout tone="warn" className="mb-4">
          This mail could not be read: {faultWords[mail.fault]} Download the original and open it where nothing in it can do harm.
        </Callout>
      ) : null}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_360px]">
        <div className="grid min-w-0 gap-4">
          <Panel title="What it says" id="text">
            {text === null ? (
              <p className="text-sm text-muted">
                {mail.originalId === null ? "It was deleted when its keeping time was over. Its hash and who had it are still known." : mail.state === "unreadable" ? "There is no text to show." : "Its text is not made yet. Reload the page in a moment."}
              </p>
            ) : (
              <>
                <p className="mb-3 text-sm text-muted">Its text, with the sender masked. Links are not links here, and nothing is fetched.</p>
                <pre className="font-sans text-sm whitespace-pre-wrap wrap-anywhere">{text}</pre>
              </>
            )}
            {mail.laidOut ? (
              <details className="mt-4 border-t border-line pt-3">
                <summary className="w-fit text-sm text-accent underline underline-offset-2">Show it as its sender laid it out</summary>
                <p className="my-2 text-sm text-muted">Its own colours and pictures, sanitised, in a frame that may run nothing and fetch nothing. Links lead nowhere.</p>
                <iframe title="The mail as its sender laid it out" src={`/files/${mail.originalId}?view=html`} sandbox="" loading="lazy" referrerPolicy="no-referrer" className="h-[60dvh] w-full rounded-md border border-line bg-white" />
              </details>
            ) : null}
          </Panel>
          {files.length > 0 ? (
            <Panel title={`What came with it (${files.length})`} id="attachments">
              <EvidenceFiles files={files} zone={mail.zone} withMail={false} />
            </Panel>
          ) : null}
        </div>
        <div className="grid min-w-0 gap-4">
          <Panel title="What became of it" id="outcome">
            <Facts
              facts={[
                { name: "Outcome", value: outcomeLabel(mail.outcome) },
                ...(mail.feedbackType ? [{ name: "Feedback type", value: mail.feedbackType }] : []),
                ...(mail.reportReference && mail.reportId ? [{ name: "Report", value: mail.caseReference ? mail.reportReference : <TextLink to={`/intake/${mail.reportId}`}>{mail.reportReference}</TextLink> }] : []),
                ...(mail.caseReference ? [{ name: "Case", value: <TextLink to={`/cases/${mail.caseReference}`}>{mail.caseReference}</TextLink> }] : []),
                ...(mail.appealReference ? [{ name: "Appeal", value: <TextLink to={`/appeals/${mail.appealReference}`}>{mail.appealReference}</TextLink> }] : []),
                ...(mail.unmatchedAppealId && !mail.appealReference ? [{ name: "Appeal", value: mail.putAside ? "Put aside by a person" : <TextLink to="/appeals/unmatched">To match by a person</TextLink> }] : []),
                ...(mail.noticeId ? [{ name: "Notice", value: <TextLink to={`/notices/${mail.noticeId}`}>The message it is about</TextLink> }] : []),
                { name: "Acknowledged", value: acknowledgedWords(mail) },
                ...(mail.settledAt ? [{ name: "Settled", value: <Time at={mail.settledAt} {...seen} /> }] : []),
              ]}
            />
          </Panel>
          {mail.kind === "human_report" || mail.kind === "case_reply" || mail.kind === "appeal" ? (
            <Panel title="What was read in it" id="reading">
              <Facts facts={readingFacts(mail.reading)} />
            </Panel>
          ) : null}
          <Panel title="Who vouches for the sender" id="authentication">
            <Facts
              facts={[
                { name: "Checked by", value: by === "trusted_header" && authority ? `${vouchedBy[by]}, ${authority}` : vouchedBy[by] },
                { name: "SPF", value: found(spf.result, spf.domain) },
                { name: "DKIM", value: dkim.length === 0 ? "no signature" : dkim.map(({ result, domain }) => found(result, domain)).join("; ") },
                { name: "DMARC", value: found(dmarc.result, dmarc.domain) },
              ]}
            />
            <p className="mt-3 text-sm text-muted">An address in From proves nothing unless DMARC passes, or a signature of its very domain does.</p>
          </Panel>
          <Panel title="How it came" id="delivery">
            <Facts
              facts={[
                { name: "To", value: `${mailRoleLabels[mail.role]}, ${mail.platformName}` },
                { name: "Addresses", value: mail.recipients.join(", ") },
                { name: "Sender", value: mail.from ?? "None" },
                { name: "Received", value: <Time at={mail.receivedAt} {...seen} /> },
                { name: "By", value: `${mail.source.toUpperCase()}${mail.tls ? ", encrypted" : ""}` },
                { name: "Size", value: `${mail.size.toLocaleString("en-US")} bytes` },
                { name: "SHA-256", value: <code className="text-xs">{mail.sha256}</code> },
              ]}
            />
            {mail.infectedBy ? <p className="mt-3 text-sm text-danger wrap-anywhere">Infected ({mail.infectedBy}): the original is kept and given to nobody.</p> : null}
            {mail.originalId && !mail.infectedBy ? (
              <p className="mt-3 text-sm">
                <a className="text-accent underline underline-offset-2" href={`/files/${mail.originalId}`} download>
                  Download the original
                </a>
                <span className="block text-muted">Byte for byte as it came. Who downloads it is kept on record.</span>
              </p>
            ) : null}
          </Panel>
        </div>
      </div>
    </>
  );
}
