import { randomUUID } from "node:crypto";
import { parseWithZod } from "@conform-to/zod/v4";
import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { EmptyState } from "~/components/empty-state";
import type { Deps } from "~/infra/deps.server";
import { cleanFields } from "~/infra/http/form-fields";
import { localeOf, type Locale } from "~/infra/http/locale";
import { tooManyRequests } from "~/infra/http/rate-limit.server";
import { receiveEvidenceForm, storeEvidence, type EvidenceForm } from "~/infra/uploads/receive-evidence.server";
import { openPrivateLink } from "~/modules/access/private-link.server";
import { confirmAppeal } from "~/modules/appeals/confirm-appeal.server";
import { addAppealEvidence } from "~/modules/appeals/add-appeal-evidence.server";
import { appealEvidenceSchema, fileAppealSchema, withdrawAppealSchema } from "~/modules/appeals/file-appeal.schema";
import { fileAppeal } from "~/modules/appeals/file-appeal.server";
import { StandingPage } from "~/modules/appeals/standing-page";
import { languageOfAccount, loadStanding } from "~/modules/appeals/standing.queries.server";
import { standingWords } from "~/modules/appeals/standing-words";
import { withdrawAppeal } from "~/modules/appeals/withdraw-appeal.server";

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [{ title: page?.locale === "es" ? "Su cuenta" : "Your account" }, { name: "robots", content: "noindex" }];

async function holderOf(deps: Deps, token: string | undefined, clientIp: string): Promise<string | null> {
  const link = await openPrivateLink(deps, "account_standing", token ?? "");
  if (link) return link.accountId;
  const missed = await deps.limits.take("link.miss", clientIp);
  if (!missed.ok) throw tooManyRequests(missed);
  return null;
}

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { deps } = context;
  const accountId = await holderOf(deps, params.token, context.clientIp);
  const standing = accountId && (await loadStanding(deps, accountId, askedLanguage(request)));
  if (!standing) {
    const locale = localeOf(request);
    const words = standingWords(locale);
    return data({ locale, standing: null, gone: { title: words.gone, lead: words.goneLead }, keys: {}, done: null }, { status: 404 });
  }
  const keys = Object.fromEntries(standing.actions.map(({ id }) => [id, randomUUID() as string]));
  return data({ locale: standing.language, standing, gone: null, keys, done: sayDone(standing.language, new URL(request.url).searchParams) });
}

/** The language the reader switched to; null: the account's own. */
const askedLanguage = (request: Request): Locale | null => (new URL(request.url).searchParams.has("lang") ? localeOf(request) : null);

/** What the form before this page did; the reference is one of the reader's own appeals, shown below. */
function sayDone(language: "en" | "es", query: URLSearchParams): string | null {
  const { done } = standingWords(language);
  const reference = /^AP-[0-9A-Z]{4}-[0-9A-Z]{4}$/.exec(query.get("reference") ?? "")?.[0];
  switch (query.get("done")) {
    case "filed":
      return reference ? done.filed(reference) : null;
    case "again":
      return reference ? done.again(reference) : null;
    case "added":
      return done.added;
    case "withdrawn":
      return done.withdrawn;
    case "confirmed":
      return done.confirmed;
    case "answered":
      return done.answered;
    default:
      return null;
  }
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { deps, clientIp } = context;
  const accountId = await holderOf(deps, params.token, clientIp);
  if (!accountId) throw data(null, { status: 404 });
  const asked = askedLanguage(request);
  for (const limit of ["public.post", "appeal.submit"] as const) {
    const taken = await deps.limits.take(limit, clientIp);
    if (!taken.ok) throw tooManyRequests(taken, asked ?? (await languageOfAccount(deps.db, accountId)));
  }
  const form = await receiveEvidenceForm(request);
  try {
    return await answerForm(deps, { accountId, page: new URL(request.url).pathname, asked }, form);
  } finally {
    await form.dispose();
  }
}

type Where = { accountId: string; page: string; asked: Locale | null };

/** The page again, in the language it was read in, at the appeal it is about. */
const backTo = ({ page, asked }: Omit<Where, "accountId">, said: Record<string, string>, appealId: string): Response =>
  redirect(`${page}?${new URLSearchParams({ ...said, ...(asked && { lang: asked }) })}#appeal-${appealId}`);

async function answerForm(deps: Deps, where: Where, form: EvidenceForm) {
  const language = where.asked ?? (await languageOfAccount(deps.db, where.accountId));
  switch (form.fields.get("intent")) {
    case "withdraw":
      return withdraw(deps, where, form);
    case "confirm":
      return confirm(deps, where, form);
    case "add":
      return add(deps, where, form, filesSaid(language, form));
    default:
      return file(deps, where, form, filesSaid(language, form));
  }
}

function filesSaid(language: "en" | "es", { files, refused }: EvidenceForm): string[] {
  const words = standingWords(language);
  const faults = refused.map(({ name, fault }) => words.errors.file(name, words.faults[fault]));
  return faults.length > 0 && files.length > 0 ? [...faults, words.errors.filesAgain] : faults;
}

async function file(deps: Deps, { accountId, ...where }: Where, form: EvidenceForm, files: string[]) {
  const submission = parseWithZod(cleanFields(form.fields, ["actionId", "explanation", "idempotencyKey"]), { schema: fileAppealSchema });
  const which = String(form.fields.get("actionId") ?? "");
  if (submission.status !== "success" || files.length > 0) return data({ form: which, result: submission.reply(), files }, { status: 422 });
  const stored = await storeEvidence(deps, form.files);
  const filed = await fileAppeal(deps, { kind: "account_holder", accountId }, { ...submission.value, accountId, channel: "link" }, stored);
  if (!filed.ok) return data({ form: which, result: submission.reply({ formErrors: [filed.reason] }), files }, { status: 409 });
  return backTo(where, { done: filed.isNew ? "filed" : "again", reference: filed.reference }, filed.appealId);
}

async function add(deps: Deps, { accountId, ...where }: Where, form: EvidenceForm, files: string[]) {
  const submission = parseWithZod(cleanFields(form.fields, ["appealId", "text"]), { schema: appealEvidenceSchema });
  const which = String(form.fields.get("appealId") ?? "");
  if (submission.status !== "success" || files.length > 0) return data({ form: which, result: submission.reply(), files }, { status: 422 });
  const stored = await storeEvidence(deps, form.files);
  const added = await addAppealEvidence(deps, { kind: "account_holder", accountId }, submission.value, stored);
  if (!added.ok) return data({ form: which, result: submission.reply({ formErrors: [added.reason] }), files }, { status: 409 });
  return backTo(where, { done: added.answered ? "answered" : "added" }, submission.value.appealId);
}

async function confirm(deps: Deps, { accountId, ...where }: Where, form: EvidenceForm) {
  const submission = parseWithZod(cleanFields(form.fields, ["appealId"]), { schema: withdrawAppealSchema });
  const which = String(form.fields.get("appealId") ?? "");
  if (submission.status !== "success") return data({ form: which, result: submission.reply(), files: [] as string[] }, { status: 422 });
  const confirmed = await confirmAppeal(deps, { kind: "account_holder", accountId }, submission.value);
  if (!confirmed.ok) return data({ form: which, result: submission.reply({ formErrors: [confirmed.reason] }), files: [] as string[] }, { status: 409 });
  return backTo(where, { done: "confirmed" }, submission.value.appealId);
}

async function withdraw(deps: Deps, { accountId, ...where }: Where, form: EvidenceForm) {
  const submission = parseWithZod(cleanFields(form.fields, ["appealId"]), { schema: withdrawAppealSchema });
  const which = String(form.fields.get("appealId") ?? "");
  if (submission.status !== "success") return data({ form: which, result: submission.reply(), files: [] as string[] }, { status: 422 });
  const withdrawn = await withdrawAppeal(deps, { kind: "account_holder", accountId }, submission.value);
  if (!withdrawn.ok) return data({ form: which, result: submission.reply({ formErrors: [withdrawn.reason] }), files: [] as string[] }, { status: 409 });
  return backTo(where, { done: "withdrawn" }, submission.value.appealId);
}

export default function StandingRoute() {
  const { standing, gone, keys, done } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  if (!standing) return <EmptyState title={gone?.title ?? ""}>{gone?.lead}</EmptyState>;
  return <StandingPage standing={standing} keys={keys} answer={answer ?? null} done={done} />;
}
