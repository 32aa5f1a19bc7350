import { Form, useLocation } from "@remix-run/react";
import { FileText, ShieldAlert } from "lucide-react";
import { Button } from "~/components/button";
import { PlainLink, TextLink } from "~/components/link";
import { DeletedFile } from "./deleted-file";
import { textOf, type EvidenceView } from "./evidence-view";
import { GuardedImage } from "./guarded-image";
import { useVirusScanner } from "./use-virus-scanner";

/** Links that stand under each other are as high as a finger needs. */
const target = "inline-flex min-h-6 items-center";

const sizeOf = (size: number): string => (size < 1_048_576 ? `${Math.ceil(size / 1024)} kB` : `${(size / 1_048_576).toFixed(1)} MB`);

/** Evidence as people look at it: what was made of each file. The original is one step further, and whoever takes it is on record. */
export function EvidenceFiles({ files, zone, withMail = true }: { files: readonly EvidenceView[]; zone: string; withMail?: boolean }) {
  return (
    <ul aria-label="Files" className="grid gap-3 sm:grid-cols-2 2xl:grid-cols-3">
      {files.map((file) => (
        <li key={file.id} className="min-w-0 text-sm has-[input:checked]:col-span-full">
          {file.deletedAt ? <DeletedFile file={{ ...file, deletedAt: file.deletedAt }} zone={zone} /> : <EvidenceFile file={file} withMail={withMail} />}
        </li>
      ))}
    </ul>
  );
}

function EvidenceFile({ file, withMail }: { file: EvidenceView; withMail: boolean }) {
  const scans = useVirusScanner();
  return (
    <>
      {file.shown === "picture" ? <GuardedImage src={`/files/${file.id}?view=rendition`} alt={file.fileName} /> : null}
      {file.pages > 0 ? <Pages file={file} /> : null}
      <p className="mt-1 flex gap-2">
        <FileText aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-muted" />
        <span className="grid min-w-0 gap-0.5">
          <span className="wrap-anywhere">
            <span className="font-medium">{file.fileName}</span>{" "}
            <span className="text-muted">
              {file.mediaType}, {sizeOf(file.size)}
              {file.attached ? ", attached to a mail" : ""}
            </span>
          </span>
          <span className="font-mono text-xs text-muted" title={file.sha256}>
            SHA-256 {file.sha256.slice(0, 16)}…
          </span>
          <Scan file={file} scans={scans} />
          {note(file) ? <span className="text-muted">{note(file)}</span> : null}
          <span className="flex flex-wrap gap-x-3">
            {textOf(file, scans) === "readable" ? (
              <PlainLink href={`/files/${file.id}?view=rendition`} className={target} aria-label={`Read the text of ${file.fileName}`}>
                Read its text
              </PlainLink>
            ) : null}
            {file.mailId && withMail ? <TextLink to={`/mail/${file.mailId}`} className={target}>Open the mail</TextLink> : null}
            {file.scan?.verdict === "infected" ? null : (
              <PlainLink href={`/files/${file.id}`} download className={target} aria-label={`Download the original of ${file.fileName}`}>
                Download the original
              </PlainLink>
            )}
          </span>
        </span>
      </p>
      {file.givenUp.length > 0 ? <TryAgain file={file} /> : null}
    </>
  );
}

const tryAgainLabels = { scan: "Scan it again", draw: "Draw it again", render: "Make it again" } as const;

/** The worker tried too often by itself: whoever mended the cause has it tried once more. */
function TryAgain({ file: { id, fileName, givenUp } }: { file: EvidenceView }) {
  const { pathname, search } = useLocation();
  const label = givenUp.length === 1 ? tryAgainLabels[givenUp[0]!] : "Try all of it again";
  return (
    <Form method="post" action={`/files/${id}`} preventScrollReset className="mt-1 ml-6">
      <input type="hidden" name="back" value={`${pathname}${search}`} />
      <Button type="submit" variant="secondary" size="sm" aria-label={`${label}: ${fileName}`}>
        {label}
      </Button>
    </Form>
  );
}

function Scan({ file, scans }: { file: EvidenceView; scans: boolean }) {
  const { scan } = file;
  if (scan?.verdict !== "infected") return <span className="text-muted">{scanWords(file, scans)}</span>;
  return (
    <span className="flex gap-1 text-danger">
      <ShieldAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <span className="wrap-anywhere">Infected ({scan.signature}): the original is kept and given to nobody.</span>
    </span>
  );
}

function scanWords(file: EvidenceView, scans: boolean): string {
  if (file.scan) return "No virus found";
  if (file.givenUp.includes("scan")) return "Not scanned: the virus scanner gave no verdict on it, however often it was asked.";
  if (!scans) return "Not scanned for viruses";
  return textOf(file, scans) === "waits" ? "Waits for the virus scanner. Its text can be read once it was scanned: reload the page in a moment." : "Waits for the virus scanner";
}

function Pages({ file }: { file: EvidenceView }) {
  const page = (number: number) => <GuardedImage key={number} src={`/files/${file.id}?view=page&number=${number}`} alt={`${file.fileName}, page ${number}`} />;
  const others = Array.from({ length: file.pages - 1 }, (_none, index) => index + 2);
  return (
    <div className="grid gap-2">
      {page(1)}
      {others.length > 0 ? (
        <details>
          <summary className="min-h-6 w-fit text-accent underline underline-offset-2">{others.length === 1 ? "Page 2" : `Pages 2 to ${file.pages}`}</summary>
          <div className="mt-2 grid gap-2 sm:grid-cols-2">{others.map(page)}</div>
        </details>
      ) : null}
    </div>
  );
}

function note({ waiting, pages, pageCount, shown, mediaType, mailId, attached, scan, givenUp }: EvidenceView): string | null {
  if (givenUp.includes("draw")) return "Its pages could not be drawn, however often it was tried.";
  if (givenUp.includes("render")) return "What people look at could not be made of it, however often it was tried.";
  if (waiting) return "Its pages are being drawn. Reload the page in a moment.";
  if (pageCount !== null && pages < pageCount) return `The first ${pages} of ${pageCount} pages are shown here.`;
  if (mediaType === "application/pdf" && pages === 0) return "Its pages cannot be drawn: it is damaged, locked or too heavy.";
  if (scan?.verdict === "infected") return null;
  if (shown === null && pages === 0 && (attached || mailId === null)) return "There is nothing safe to show of it. Open the original where nothing in it can do harm.";
  return null;
}
