import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { TextLink } from "~/components/link";
import { readForm } from "~/infra/http/form-fields";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { requireStaff } from "~/modules/access/require-staff.server";
import { noticeKindLabels } from "~/modules/notices/notice-kind";
import { vocabularyOf } from "~/modules/notices/templates/fill";
import { previewTemplate, type TemplatePreview } from "~/modules/notices/templates/preview-template";
import { saveTemplateSchema, templateAddressSchema, templateTextSchema, type TemplateAddress } from "~/modules/notices/templates/save-template.schema";
import { saveTemplate } from "~/modules/notices/templates/save-template.server";
import { TemplateEditor } from "~/modules/notices/templates/template-editor";
import { TemplateHistory } from "~/modules/notices/templates/template-history";
import { templatePage } from "~/modules/notices/templates/templates.queries.server";

export const meta: MetaFunction = () => [{ title: "Template · Settings" }];

function addressOf(params: Record<string, string | undefined>): TemplateAddress {
  const parsed = templateAddressSchema.safeParse({ platformKey: params.platform, kind: params.kind, language: params.language });
  if (!parsed.success) throw data({ sentence: "There is no such message. Look in the list of templates." }, { status: 404 });
  return parsed.data;
}

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  await requireStaff(request, context, "policy:edit");
  const address = addressOf(params);
  const page = await templatePage(context.deps, address);
  if (!page) throw data({ sentence: "There is no such message. Look in the list of templates." }, { status: 404 });
  const { kind, language } = address;
  return { address, page, vocabulary: vocabularyOf(kind), preview: previewTemplate(kind, language, page.text), now: context.deps.clock().toISO() };
}

interface Answer {
  preview: TemplatePreview;
  text: { subject: string; body: string };
  errors: string[];
  note: string;
  effectiveOn: string;
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "policy:edit");
  const address = addressOf(params);
  const form = Object.fromEntries(await readForm(request));
  const given = templateTextSchema.safeParse(form);
  const text = given.success ? given.data : { subject: String(form.subject ?? "").slice(0, 500), body: String(form.body ?? "").slice(0, 40_000) };
  const answer = { preview: previewTemplate(address.kind, address.language, text), text, note: String(form.note ?? ""), effectiveOn: String(form.effectiveOn ?? "") };
  if (form.intent === "preview") return data<Answer>({ ...answer, errors: [] });
  const parsed = saveTemplateSchema.safeParse(form);
  if (!parsed.success) return data<Answer>({ ...answer, errors: parsed.error.issues.map(({ message }) => message) }, { status: 422 });
  const saved = await saveTemplate(context.deps, actor, { ...parsed.data, ...address });
  if (saved.ok) return redirectWithFlash(`/settings/templates/${address.platformKey}/${address.kind}/${address.language}`, { tone: "ok", text: `Version ${saved.number} is saved. Messages already written keep their words.` });
  const { status, sentence } = refusalText(saved.reason);
  return data<Answer>({ ...answer, errors: [sentence] }, { status });
}

export default function Template() {
  const { address, page, vocabulary, preview, now } = useLoaderData<typeof loader>();
  const answer = useActionData<Answer>();
  const other = address.language === "en" ? "es" : "en";
  return (
    <div className="grid grid-cols-1 gap-4">
      <div>
        <p className="text-sm">
          <TextLink to="/settings/templates">Templates</TextLink> / {page.platform}
        </p>
        <h2 className="text-lg font-semibold">
          {noticeKindLabels[address.kind]}, {address.language === "en" ? "English" : "Spanish"}
        </h2>
        <TextLink to={`/settings/templates/${address.platformKey}/${address.kind}/${other}`}>{other === "en" ? "In English" : "In Spanish"}</TextLink>
      </div>
      <TemplateEditor key={`${address.kind}-${address.language}-${page.newest}`} page={page} vocabulary={vocabulary} first={answer ?? { preview, text: page.text, errors: [], note: "", effectiveOn: "" }} />
      <TemplateHistory history={page.history} now={now} zone={page.zone} />
    </div>
  );
}
