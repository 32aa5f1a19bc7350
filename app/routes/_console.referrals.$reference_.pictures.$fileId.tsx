import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { ErrorSummary } from "~/components/error-summary";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { isId } from "~/infra/id";
import { requireStaff } from "~/modules/access/require-staff.server";
import { coverErrors, partOf, wholeForm, type FieldErrors } from "~/modules/referrals/form-errors";
import { PictureForm } from "~/modules/referrals/picture-form";
import { picturePage } from "~/modules/referrals/picture-page.queries.server";
import { pictureRedactionSchema, redactionInWords, regionsIn } from "~/modules/referrals/picture-redaction";
import { redactPicture } from "~/modules/referrals/redact-picture.server";

export const meta: MetaFunction<typeof loader> = ({ data: found }) => [{ title: `Picture of ${found?.page.reference ?? "a referral"} · Trust and safety` }];

const noPicture = { sentence: "This referral has no such picture. Choose it in the draft first, and save." };

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "referral:read");
  const page = isId(params.fileId) ? await picturePage(context.deps, actor, { reference: params.reference ?? "", fileId: params.fileId! }) : null;
  if (!page) throw data(noPicture, { status: 404 });
  return { page };
}

interface Answer {
  errors: FieldErrors;
  sent: Record<string, string>;
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "referral:draft");
  const page = isId(params.fileId) ? await picturePage(context.deps, actor, { reference: params.reference ?? "", fileId: params.fileId! }) : null;
  if (!page) throw data(noPicture, { status: 404 });
  const form = await readForm(request);
  const sent = Object.fromEntries([...form].flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
  const rows = regionsIn(form);
  const parsed = pictureRedactionSchema.safeParse({ whole: form.get("whole"), regions: rows.map(({ region }) => region) });
  if (!parsed.success) return data<Answer>({ errors: coverErrors(parsed.error, rows), sent }, { status: 422 });
  const made = await redactPicture(context.deps, actor, { referralId: page.referralId, fileId: page.fileId, version: Number(form.get("version")), redaction: parsed.data });
  if (made.ok) return redirectWithFlash(`/referrals/${encodeURIComponent(page.reference)}/pictures/${page.fileId}`, { tone: "ok", text: "Made. Look at it: this is what the agency gets." });
  const { status, sentence } = refusalText(made.reason);
  return data<Answer>({ errors: wholeForm(sentence), sent }, { status });
}

export default function Picture() {
  const { page } = useLoaderData<typeof loader>();
  const answer = useActionData<Answer>();
  return (
    <>
      <PageHeader
        crumbs={[{ label: "Referrals", to: "/referrals" }, { label: page.reference, to: `/referrals/${page.reference}` }, { label: "Picture" }]}
        title={page.fileName}
        lead="What the packet shows of this picture. Each look at it, and each change, is on record."
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        {answer ? <ErrorSummary title="Nothing was made" entries={Object.entries(answer.errors).map(([name, errors]) => ({ id: name || null, errors: errors.map((said) => partOf(name) + said) }))} /> : null}
        <Panel title="What the agency gets" id="rendition">
          {page.redaction ? (
            <figure className="grid gap-2">
              <img src={`/referrals/${page.reference}/pictures/${page.fileId}/redacted.jpg?${page.sha256}`} alt={`The redacted picture: ${redactionInWords(page.redaction)}`} className="max-h-[70vh] w-fit max-w-full border border-line" />
              <figcaption className="text-sm text-muted">
                {redactionInWords(page.redaction)}. SHA-256 <code className="text-xs wrap-anywhere">{page.sha256}</code>
              </figcaption>
            </figure>
          ) : (
            <p className="text-sm text-muted">Nothing yet: the picture is left out of the packet, by name. Make a redacted one, first with nothing covered to see where things are.</p>
          )}
        </Panel>
        {page.mayChange ? (
          <Panel title="What is covered" id="cover">
            <PictureForm page={page} refused={answer ?? null} />
          </Panel>
        ) : null}
      </div>
    </>
  );
}
