import type { Locale } from "~/infra/http/locale";
import type { RefusedFile } from "~/infra/uploads/limits";
import type { PolicyArea } from "../policy/areas";
import type { ReportFormErrors } from "./submit-report.schema";
import { english } from "./words.en";
import { spanish } from "./words.es";

/** Everything the public report pages say, once per language. */
export interface IntakeWords {
  optional: string;
  form: {
    title: string;
    choosePlatform: string;
    choosePlatformHint: string;
    lead: string;
    anonymous: string;
    platform: (name: string) => string;
    change: string;
    what: string;
    whatHint: string;
    other: string;
    otherHint: string;
    chosen: string;
    who: string;
    whoHint: string;
    businessName: string;
    businessNameHint: string;
    businessPhone: string;
    businessPhoneHint: string;
    happened: string;
    description: string;
    descriptionHint: string;
    day: string;
    dayHint: string;
    time: string;
    timeHint: (zone: string) => string;
    messageText: string;
    messageTextHint: string;
    phones: string;
    phonesHint: string;
    filesTitle: string;
    files: string;
    filesHint: string;
    filesAgain: string;
    contact: string;
    email: string;
    emailHint: string;
    language: string;
    languageOf: Record<Locale, string>;
    submit: string;
    next: string;
    errorTitle: string;
  };
  errors: ReportFormErrors & { network: (wait: string) => string; nothingAdded: string; reportClosed: string; unknown: string };
  file: (refused: RefusedFile) => string;
  areas: Record<PolicyArea, string>;
  sent: {
    title: string;
    lead: string;
    reference: string;
    link: string;
    linkHint: string;
    mailed: string;
    notMailed: string;
    open: string;
    next: string;
    steps: string[];
    knownTitle: string;
    knownLead: string;
    knownMail: string;
  };
  status: {
    title: (reference: string) => string;
    lead: (platform: string) => string;
    progress: string;
    steps: { received: string; in_review: string; outcome: string };
    now: { received: string; in_review: string; question: string };
    outcome: Record<"action_taken" | "no_violation" | "insufficient_evidence" | "out_of_scope" | "already_handled", { title: string; text: string }>;
    revision: Record<"changed" | "reversed", { title: string; text: string }>;
    sentByYou: string;
    about: string;
    receivedAt: string;
    conversation: string;
    you: string;
    us: (platform: string) => string;
    /** Came by mail to the report's answer address; nothing proves that the reporter wrote it. */
    unknown: string;
    unknownText: string;
    filesAdded: string;
    question: string;
    answer: string;
    answerHint: string;
    add: string;
    addHint: string;
    send: string;
    added: string;
    closed: string;
    newReport: string;
    confidential: string;
    notFound: string;
  };
}

const dictionary: Record<Locale, IntakeWords> = { en: english, es: spanish };

export const wordsIn = (locale: Locale): IntakeWords => dictionary[locale];
