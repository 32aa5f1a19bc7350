import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { isImage } from "~/infra/uploads/file-types";
import { may, type StaffActor } from "../access/actor";
import { keepRendition, renditionSource, type KeepRefusal, type RenditionOf, type SourceRefusal } from "./keep-rendition.server";
import { redactionInWords, type PictureRedaction } from "./picture-redaction";
import { renderRedacted } from "./render-redacted.server";

export type RedactPictureRefusal = "forbidden" | SourceRefusal | KeepRefusal | "picture_unreadable";

/** Makes what a packet shows of a picture: encoded anew, with parts covered as somebody chose. */
export async function redactPicture(deps: Deps, actor: StaffActor, input: RenditionOf & { redaction: PictureRedaction }): Promise<Result<{ version: number; sha256: string | null }, RedactPictureRefusal>> {
  if (!may(actor, "referral:draft")) return refuse("forbidden");
  const source = await renditionSource(deps, input, isImage);
  if (!source.ok) return source;
  const bytes = await renderRedacted(source.original, input.redaction);
  if (!bytes) return refuse("picture_unreadable");
  const { redaction } = input;
  return keepRendition(deps, actor, input, { type: "referral.picture_redacted", source: source.sha256, made: { bytes, redaction }, done: redactionInWords(redaction) });
}
