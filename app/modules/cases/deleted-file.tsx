import { FileX } from "lucide-react";
import { absoluteTime } from "~/components/time-format";

interface Deleted {
  deletedAt: string;
  mediaType?: string;
  sha256?: string;
}

/** In the place of a file whose keeping time is over: what it was, and since when it is gone. */
export function DeletedFile({ file, zone }: { file: Deleted; zone: string }) {
  return (
    <p className="mt-1 flex gap-2 text-sm text-muted">
      <FileX aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0">
        A file{file.mediaType ? ` (${file.mediaType})` : ""}, deleted under retention on <time dateTime={file.deletedAt}>{absoluteTime(file.deletedAt, zone, "en")}</time>
        {file.sha256 ? (
          <span className="block font-mono text-xs" title={file.sha256}>
            SHA-256 {file.sha256.slice(0, 16)}…
          </span>
        ) : null}
      </span>
    </p>
  );
}
