import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { ErrorSummary } from "~/components/error-summary";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { isId } from "~/infra/id";
import { requireStaff } from "~/modules/access/require-staff.server";
import { coverErrors, partOf, wholeForm, type FieldErrors } from "~/modules/referrals/form-errors";
import { PdfPageForm } from "~/modules/referrals/pdf-page-form";
import { pdfPageOfReferral } from "~/modules/referrals/pdf-page.queries.server";
import { pageNumber } from "~/modules/referrals/pdf-redaction";
import { pictureRedactionSchema, redactionInWords, regionsIn } from "~/modules/referrals/picture-redaction";
import { redactPdfPage } from "~/modules/referrals/redact-pdf-page.server";

export const meta: MetaFunction<typeof loader> = ({ data: found }) => [{ title: `Page ${found?.page.number ?? ""} of a PDF of ${found?.page.reference ?? "a referral"} · Trust and safety` }];

const noPage = { sentence: "This referral has no such page. Choose the PDF in the draft first, and save." };

async function pageOf({ request, context, params }: LoaderFunctionArgs, permission: "referral:read" | "referral:draft") {
  const actor = await requireStaff(request, context, permission);
  const number = pageNumber(new URL(request.url).searchParams.get("page") ?? "1");
  const page = isId(params.fileId) && number ? await pdfPageOfReferral(context.deps, actor, { reference: params.reference ?? "", fileId: params.fileId!, number }) : null;
  if (!page) throw data(noPage, { status: 404 });
  return { actor, page };
}

export async function loader(args: LoaderFunctionArgs) {
  return { page: (await pageOf(args, "referral:read")).page };
}

interface Answer {
  errors: FieldErrors;
  sent: Record<string, string>;
}

export async function action(args: ActionFunctionArgs) {
  const { actor, page } = await pageOf(args, "referral:draft");
  const form = await readForm(args.request);
  const sent = Object.fromEntries([...form].flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
  const rows = regionsIn(form);
  const withhold = form.get("intent") === "withhold";
  const parsed = pictureRedactionSchema.safeParse({ whole: form.get("whole"), regions: rows.map(({ region }) => region) });
  if (!withhold && !parsed.success) return data<Answer>({ errors: coverErrors(parsed.error, rows), sent }, { status: 422 });
  const redaction = withhold ? null : (parsed.data ?? null);
  const made = await redactPdfPage(args.context.deps, actor, { referralId: page.referralId, fileId: page.fileId, version: Number(form.get("version")), page: page.number, redaction });
  if (made.ok) {
    const text = withhold ? `Page ${page.number} is withheld.` : `Page ${page.number} goes along. Look at it: this is what the agency gets.`;
    return redirectWithFlash(to(page, page.number), { tone: "ok", text });
  }
  const { status, sentence } = refusalText(made.reason);
  return data<Answer>({ errors: wholeForm(sentence), sent }, { status });
}

const to = ({ reference, fileId }: { reference: string; fileId: string }, number: number): string => `/referrals/${encodeURIComponent(reference)}/pages/${fileId}?page=${number}`;

export default function PageOfPdf() {
  const { page } = useLoaderData<typeof loader>();
  const answer = useActionData<Answer>();
  const { number, of } = page;
  return (
    <>
      <PageHeader
        crumbs={[{ label: "Referrals", to: "/referrals" }, { label: page.reference, to: `/referrals/${page.reference}` }, { label: "PDF" }]}
        title={page.fileName}
        lead={of === null ? "This PDF cannot be drawn, so none of its pages goes along. It is left out by name, or goes as an original with a reason." : `Page ${number} of ${of}. ${page.done ? `What goes along: ${page.done}` : "Every page is withheld until somebody lets it go along"}. Each look at a page, and each change, is on record.`}
      />
      {of === null ? null : (
        <>
          <nav aria-label="Pages" className="mb-4 flex flex-wrap gap-4 text-sm">
            {number > 1 ? <TextLink to={to(page, number - 1)}>Page {number - 1}</TextLink> : null}
            {number < of ? <TextLink to={to(page, number + 1)}>Page {number + 1}</TextLink> : null}
          </nav>
          <div className="grid items-start gap-4 lg:grid-cols-2">
            {answer ? <ErrorSummary title="Nothing was changed" entries={Object.entries(answer.errors).map(([name, errors]) => ({ id: name || null, errors: errors.map((said) => partOf(name) + said) }))} /> : null}
            <Panel title="What the agency gets" id="rendition">
              {page.redaction ? (
                <figure className="grid gap-2">
                  <img src={`/referrals/${page.reference}/pages/${page.fileId}/redacted.jpg?page=${number}&${page.sha256}`} alt={`Page ${number}, redacted: ${redactionInWords(page.redaction)}`} className="max-h-[80vh] w-fit max-w-full border border-line" />
                  <figcaption className="text-sm text-muted">
                    SHA-256 of the whole file <code className="text-xs wrap-anywhere">{page.sha256}</code>
                  </figcaption>
                </figure>
              ) : (
                <p className="text-sm text-muted">This page is withheld; a note stands in its place. Let it go along to see where things are, then cover what has to be.</p>
              )}
            </Panel>
            {page.mayChange ? (
              <Panel title="What is covered" id="cover">
                <PdfPageForm key={`${number} ${page.version}`} page={page} refused={answer ?? null} />
              </Panel>
            ) : null}
          </div>
        </>
      )}
    </>
  );
}
