import type { DateTime } from "luxon";
import { localeOf, type Locale } from "#emails/locale";
import type { RenderedEmail } from "#emails/render";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { ContentOf } from "./audience";
import type { LeakGuard } from "./leak-guard";
import type { Sender } from "./notice.repo.server";
import { letterheadOf, renderNotice, type NoticeContent } from "./render-notice.server";
import { isTemplated, type TemplatedKind } from "./templates/catalogue";
import { currentTemplate, type CurrentTemplate } from "./templates/current-templates.server";
import { renderTemplate } from "./templates/fill";

export type TemplateFault = "outdated" | "not_rendered" | "leak";

export interface Composed {
  mail: RenderedEmail & { language: Locale };
  /** The platform's own words it was made with; null: the product's. */
  templateId: string | null;
  /** Why the platform's own words could not be used; the product's stand in, for a message that is due goes out. */
  fault: { templateId: string; reason: TemplateFault } | null;
}

/** One message, in the platform's own words where it has any: what is previewed, frozen and sent all comes from here. */
export async function composeNotice(
  tx: Tx,
  deps: Pick<Deps, "db" | "log">,
  platform: Sender,
  message: { at: DateTime; language: string; content: NoticeContent; guard?: LeakGuard },
): Promise<Composed> {
  const { content } = message;
  const own = isTemplatedContent(content) ? await currentTemplate(tx, deps.db, platform, { kind: content.template, language: localeOf(message.language), at: message.at }) : null;
  const product = (fault: TemplateFault | null): Composed => ({
    mail: renderNotice(platform, message.language, content),
    templateId: null,
    fault: own && fault && { templateId: own.id, reason: fault },
  });
  if (!own || !isTemplatedContent(content)) return product(null);
  if (!own.sound) return product("outdated");
  if (message.guard && (await message.guard.judge(wordsOf(own))).open.length > 0) return product("leak");
  const language = localeOf(message.language);
  try {
    return { mail: { ...renderTemplate(content.template, own.text, content.props, letterheadOf(platform, language, content.template)), language }, templateId: own.id, fault: null };
  } catch (error) {
    deps.log.error({ err: error, templateId: own.id, kind: content.template }, "a notice template could not be rendered; the product's words stand in");
    return product("not_rendered");
  }
}

const isTemplatedContent = (content: NoticeContent): content is ContentOf<TemplatedKind> => isTemplated(content.template);

/** What the template says of itself, without the names of values: nobody is told of a reporter by a standing text either. */
const wordsOf = ({ text }: CurrentTemplate): string => `${text.subject}\n${text.body}`.replace(/\{\{[^}]*\}\}/g, " ");
