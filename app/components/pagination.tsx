import { ChevronLeft, ChevronRight } from "lucide-react";
import { ButtonLink } from "./button";

/** Keyset paging: the addresses of the pages before and after, or null at an end. No page numbers, no totals. */
export function Pagination({ previous, next, label = "Pages" }: { previous: string | null; next: string | null; label?: string }) {
  if (!previous && !next) return null;
  return (
    <nav aria-label={label} className="flex items-center justify-between gap-2 py-3">
      {previous ? (
        <ButtonLink to={previous} size="sm" rel="prev" icon={<ChevronLeft aria-hidden="true" className="size-4" />}>
          Previous
        </ButtonLink>
      ) : (
        <span />
      )}
      {next ? (
        <ButtonLink to={next} size="sm" rel="next">
          Next
          <ChevronRight aria-hidden="true" className="size-4" />
        </ButtonLink>
      ) : (
        <span />
      )}
    </nav>
  );
}
