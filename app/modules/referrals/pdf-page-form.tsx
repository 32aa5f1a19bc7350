import { Form, useNavigation } from "@remix-run/react";
import { Button } from "~/components/button";
import type { PdfPageOfReferral } from "./pdf-page.queries.server";
import { CoverFields, type Refused } from "./picture-form";

/** Lets a page go along, covered as chosen, or withholds it. */
export function PdfPageForm({ page, refused }: { page: PdfPageOfReferral; refused: Refused }) {
  const busy = useNavigation().state !== "idle";
  return (
    <Form method="post" className="grid gap-4">
      <input type="hidden" name="version" value={page.version} />
      <p className="text-sm text-muted">Where its text names somebody who is not the subject, a page is covered without being asked. Pictures, handwriting, comments, filled-in fields and letters drawn as shapes are not read: look for names there.</p>
      <CoverFields redaction={page.redaction} refused={refused} whole="The page as a whole" />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" name="intent" value="release" variant="primary" disabled={busy}>
          {page.redaction ? "Make it anew" : "Let it go along"}
        </Button>
        {page.redaction ? (
          <Button type="submit" name="intent" value="withhold" variant="secondary" disabled={busy}>
            Withhold it
          </Button>
        ) : null}
      </div>
    </Form>
  );
}
