import type { Understanding } from "./understand/understand-mail";

/** What was read in a mail, for the people who look at it: codes and words of ours, and nothing that names anybody. */
export interface Reading {
  /** BCP 47. */
  language?: string | null;
  /** The area of conduct it seems to be about, and the words that say so. Nobody decided that. */
  suggestion?: { area: string; because: string[] } | null;
  inner?: number;
  links?: number;
  phones?: number;
  format?: string;
  givenType?: string;
  /** What a machine's report lacks by the rules of its own format. */
  faults?: string[];
  statuses?: (string | null)[];
  sign?: string;
  /** It calls itself a machine's report that could not be read. */
  unparsedFeedback?: boolean;
  /** What a bound of the parser took away. */
  cut?: string[];
  /** Why no acknowledgement was sent. */
  notAcknowledged?: string;
}

export function readingOf(understood: Understanding, cut: readonly string[]): Reading {
  const read = cut.length > 0 ? { cut: [...cut] } : {};
  switch (understood.kind) {
    case "bounce":
      return { ...read, statuses: understood.recipients.map(({ status }) => status).slice(0, 20) };
    case "auto_reply":
      return { ...read, sign: understood.sign };
    case "feedback_report":
      return { ...read, format: understood.format, givenType: understood.givenType, ...(understood.faults?.length ? { faults: understood.faults } : {}) };
    default: {
      const { language, suggestion, inner, links, phones } = understood;
      return { ...read, language, suggestion, inner: inner.length, links: links.length, phones: phones.length, ...(understood.kind === "human_report" && understood.unparsedFeedback ? { unparsedFeedback: true } : {}) };
    }
  }
}
