import { Form } from "@remix-run/react";
import { Button, ButtonLink } from "~/components/button";
import type { BulkSubject } from "./bulk-kinds";

/** Begins a bulk action on the ticked rows of a list, or on everything the list is narrowed to. Rows name this form. */
export function BulkBar({ subject, query }: { subject: Extract<BulkSubject, "case" | "account">; query: string }) {
  return (
    <Form id={`bulk-${subject}`} method="get" action="/bulk/new" aria-label="Bulk action" className="flex flex-wrap items-center gap-2 pb-3">
      <input type="hidden" name="subject" value={subject} />
      <Button type="submit" size="sm">
        Act on the ticked
      </Button>
      <ButtonLink size="sm" variant="quiet" to={`/bulk/new?${new URLSearchParams([["subject", subject], ["scope", "all"], ...new URLSearchParams(query)])}`}>
        Act on all that match
      </ButtonLink>
    </Form>
  );
}
